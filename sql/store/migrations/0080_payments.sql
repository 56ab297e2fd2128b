-- Payments: what buyers pay through providers, what they get back, and what
-- providers told us about it. Amounts are minor units; no card number is ever
-- here.
--
-- A payment only grows: what providers say comes late, twice and in any order,
-- so it is merged (core.payment_see), never just written. Money that fits
-- nowhere is parked for a person.

create table core.payment (
    id                 uuid primary key,
    order_id           uuid not null references core.orders,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    leased_until       timestamptz,        -- somebody is talking to the
                                           -- provider about it
    version            bigint not null default 1,
    amount             bigint not null check (amount > 0),
    captured           bigint not null default 0,
    refunded           bigint not null default 0,
    promised           bigint not null default 0,
    currency           char(3) not null check (currency ~ '^[A-Z]{3}$'),
    provider           text not null
                       check (provider in ('test', 'stripe', 'paypal')),
    flow               text not null
                       check (flow in ('token', 'intent', 'redirect')),
    status             text not null default 'created'
                       check (status in ('created', 'requires_action',
                                         'processing', 'failed', 'authorized',
                                         'canceled', 'captured')),
    review             boolean not null default false,
    look               boolean not null default false,
    token              text check (token ~ '^(tok|pm)_[A-Za-z0-9_]{1,120}$'),
    return_url         text check (length(return_url) <= 2000),
    cancel_url         text check (length(cancel_url) <= 2000),
    reference          text check (length(reference) <= 255),
    capture_reference  text check (length(capture_reference) <= 255),
    action             jsonb,
    error              text check (length(error) <= 200),
    check (captured between 0 and amount),
    check (refunded between 0 and promised),
    check (promised <= captured)
) with (fillfactor = 80);

comment on column core.payment.promised is
    'What was given back or is on its way back: never more than was captured.';
comment on column core.payment.look is
    'The provider hinted at news: it is to be asked, whatever the status.';
comment on column core.payment.review is
    'Something about it is parked; a person has to look.';

create index payment_order on core.payment (order_id);

create unique index payment_reference
    on core.payment (provider, reference) where reference is not null;

create index payment_capture
    on core.payment (capture_reference) where capture_reference is not null;

-- One payment of an order is under way at a time.
create unique index payment_current on core.payment (order_id)
 where status not in ('failed', 'canceled', 'captured');


create table core.refund (
    id           uuid primary key,
    payment_id   uuid not null references core.payment,
    order_id     uuid not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    version      bigint not null default 1,
    amount       bigint not null check (amount > 0),
    currency     char(3) not null,
    status       text not null default 'pending'
                 check (status in ('pending', 'succeeded', 'failed')),
    reason       text check (length(reason) <= 500),
    actor_id     uuid,
    reference    text check (length(reference) <= 255),
    error        text check (length(error) <= 200),
    key          text,
    fingerprint  text,
    unique (actor_id, key)
);

create index refund_payment on core.refund (payment_id);
create index refund_order on core.refund (order_id);


-- What providers told us: each event once, in the transaction of its effect.
create table core.payment_event (
    provider     text not null,
    event_id     text not null check (length(event_id) between 1 and 255),
    received_at  timestamptz not null default now(),
    type         text not null check (length(type) <= 200),
    payment_id   uuid,
    outcome      text not null
                 check (outcome in ('applied', 'ignored', 'parked')),
    seen         jsonb,
    primary key (provider, event_id)
);

create index payment_event_payment on core.payment_event (payment_id)
 where payment_id is not null;

create trigger append_only
    before update or delete on core.payment_event
    for each row execute function core.append_only();

create trigger append_only_truncate
    before truncate on core.payment_event
    for each statement execute function core.append_only();


-- Money that a person has to look at.
create table core.payment_parked (
    id           uuid primary key default core.uuid_v7(),
    created_at   timestamptz not null default now(),
    provider     text not null,
    reason       text not null
                 check (reason in ('unknown_payment', 'amount_mismatch',
                                   'currency_mismatch', 'livemode_mismatch',
                                   'paid_twice', 'refund_failed')),
    subject      text not null,            -- a payment, else an event
    payment_id   uuid references core.payment,
    seen         jsonb not null,
    resolved_at  timestamptz,
    resolved_by  uuid,
    note         text check (length(note) <= 2000),
    check ((resolved_at is null) = (note is null)),
    unique (provider, subject, reason)
);

create index payment_parked_open on core.payment_parked (id)
 where resolved_at is null;


-- What a gateway needs to know to talk to the provider about a payment.
create type core.payment_work as (
    payment_id         uuid,
    order_id           uuid,
    number             bigint,
    provider           text,
    flow               text,
    status             text,
    amount             bigint,
    currency           text,
    captured           bigint,
    token              text,
    return_url         text,
    cancel_url         text,
    email              text,
    reference          text,
    capture_reference  text,
    refund_id          uuid,
    refund_amount      bigint,
    next               text        -- start, fetch, capture, cancel, refund,
                                   -- wait, done
);

-- What api.place_orders answered about one order.
create type core.checkout_placed as (
    ordinal   integer,
    status    integer,
    replayed  boolean,
    problem   text,
    body      text
);

insert into core.setting (key, value) values
    ('payments.abandon_after', '"30 minutes"'),
    ('payments.lease', '"45 seconds"');
