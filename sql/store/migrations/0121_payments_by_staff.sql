-- Payments that staff capture or call off, refunds of lines, of freight and of
-- returns, and goods that come back.

alter table core.payment
    add column by_hand    boolean not null default false,
    add column wanted     text check (wanted in ('capture', 'cancel')),
    add column wanted_by  uuid;

comment on column core.payment.by_hand is
    'What the buyer approved is captured when staff say so, not at once.';
comment on column core.payment.wanted is
    'What staff decided, once: their gateway or the job sees it through.';

insert into core.setting (key, value) values
    ('payments.capture', '"automatic"')       -- or "manual"
on conflict (key) do nothing;


alter type core.payment_work add attribute by_hand boolean;


-- Goods that come back, asked for by the buyer or by staff. What happens to a
-- line is counted on the line (order_item.returned).
create table core.order_return (
    id                 uuid primary key,
    order_id           uuid not null,
    number             integer not null,          -- 1, 2, ... of its order
    status             text not null default 'requested'
                       check (status in ('requested', 'approved', 'rejected',
                                         'canceled', 'received')),
    reason             text check (length(reason) <= 500),
    note               text check (length(note) <= 2000),
    exchange_order_id  uuid,
    actor_id           uuid,
    version            bigint not null default 1,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    received_at        timestamptz,
    unique (order_id, number),
    check ((received_at is not null) = (status = 'received'))
);

create index order_return_status on core.order_return (status, id);

create table core.order_return_item (
    return_id   uuid not null references core.order_return,
    position    integer not null,                 -- of the order's line
    quantity    integer not null check (quantity > 0),
    reason      text check (length(reason) <= 500),
    received    integer not null default 0,
    restocked   integer not null default 0,
    primary key (return_id, position),
    check (received between 0 and quantity),
    check (restocked between 0 and received)
);

insert into core.setting (key, value) values
    ('returns.window', '"30 days"')    -- after delivery; null: buyers cannot ask
on conflict (key) do nothing;


-- Refunds of lines: no unit's price goes back twice.
alter table core.order_item
    add column refunded integer not null default 0,
    add check (refunded between 0 and abs(quantity));

alter table core.refund
    add column return_id uuid references core.order_return,
    add column shipping  bigint not null default 0
        check (shipping between 0 and amount);

create unique index refund_return on core.refund (return_id)
 where return_id is not null and status <> 'failed';

create table core.refund_item (
    refund_id  uuid not null references core.refund,
    position   integer not null,
    quantity   integer not null check (quantity > 0),
    amount     bigint not null check (amount >= 0),
    primary key (refund_id, position)
);


-- Functions that take something else now.

drop function if exists core.refund_put(core.payment, uuid, bigint, text,
                                        uuid, text, text);
