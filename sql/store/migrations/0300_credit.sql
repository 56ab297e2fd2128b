-- Credit: gift cards, which belong to whoever knows their code, and the store
-- credit of customers. Both are accounts in minor units with a ledger that is
-- only ever added to.
--
-- What an order takes from an account is a payment of it, captured at once,
-- and is given back as refunds of that payment: one place knows what an order
-- cost whom.

create table core.credit (
    id           uuid primary key default core.uuid_v7(),
    kind         text not null check (kind in ('gift_card', 'store_credit')),
    customer_id  uuid,                     -- whose store credit
    code_hash    bytea unique,             -- of a card; the code itself is
                                           -- told once and kept nowhere
    hint         text check (length(hint) = 4),      -- how the code ends
    currency     char(3) not null check (currency ~ '^[A-Z]{3}$'),
    entries      bigint not null default 0,          -- the last of its ledger
    balance      bigint not null default 0 check (balance >= 0),
    active       boolean not null default true,
    expires_at   timestamptz,
    note         text check (length(note) <= 500),
    actor_id     uuid,
    version      bigint not null default 1,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    check ((kind = 'gift_card') = (code_hash is not null)),
    check ((kind = 'gift_card') = (hint is not null)),
    check ((kind = 'store_credit') = (customer_id is not null))
) with (fillfactor = 80);

create unique index credit_customer on core.credit (customer_id, currency)
 where kind = 'store_credit';


-- Each entry begins where the one before it ended, and an account stands
-- where its last entry ends: the constraints alone make every balance the sum
-- of its ledger.
create table core.credit_entry (
    credit_id   uuid not null references core.credit,
    n           bigint not null check (n > 0),
    before      bigint generated always as (nullif(n - 1, 0)) stored,
    was         bigint not null,
    delta       bigint not null check (delta <> 0),
    balance     bigint not null check (balance >= 0),
    kind        text not null
                check (kind in ('issue', 'adjust', 'spend', 'refund')),
    order_id    uuid,
    payment_id  uuid references core.payment,
    refund_id   uuid references core.refund,
    reason      text check (length(reason) <= 500),
    actor_id    uuid,                                -- null: the shop
    created_at  timestamptz not null default now(),
    primary key (credit_id, n),
    unique (credit_id, n, balance),
    foreign key (credit_id, before, was)
        references core.credit_entry (credit_id, n, balance),
    check (balance = was + delta),
    check (n > 1 or was = 0),
    check ((kind = 'spend') = (payment_id is not null)),
    check ((kind = 'refund') = (refund_id is not null))
);

-- What is taken for a payment is taken once, and a refund given once.
create unique index credit_entry_payment on core.credit_entry (payment_id)
 where payment_id is not null;

create unique index credit_entry_refund on core.credit_entry (refund_id)
 where refund_id is not null;

alter table core.credit
    add column last bigint generated always as (nullif(entries, 0)) stored,
    add foreign key (id, last, balance)
        references core.credit_entry (credit_id, n, balance),
    add check (entries > 0 or balance = 0);

create trigger append_only
    before update or delete on core.credit_entry
    for each row execute function core.append_only();

create trigger append_only_truncate
    before truncate on core.credit_entry
    for each statement execute function core.append_only();


-- What a buyer wants to pay with: cards in the order in which he named them,
-- then his store credit.
alter table core.cart
    add column gift_cards    uuid[] not null default '{}'
        check (cardinality(gift_cards) <= 5),
    add column store_credit  boolean not null default false;


-- A payment out of credit knows the account; so does a refund that goes there.
alter table core.payment
    add column credit_id uuid references core.credit,
    drop constraint payment_provider_check,
    drop constraint payment_flow_check;

alter table core.payment
    add constraint payment_provider_check
        check (provider in ('test', 'stripe', 'paypal', 'credit')),
    add constraint payment_flow_check
        check (flow in ('token', 'intent', 'redirect', 'credit')),
    add check ((provider = 'credit') = (credit_id is not null)),
    add check ((provider = 'credit') = (flow = 'credit')),
    add check (provider <> 'credit' or status = 'captured');

alter table core.refund
    add column credit_id uuid references core.credit,
    add column parent_id uuid references core.refund;

comment on column core.refund.parent_id is
    'The part of it that another payment of the order gives back.';
