-- Fulfilments: what leaves for an order, in one parcel or several.
--
-- A fulfilment takes its goods out of the stock when it is written, and gives
-- them back when it is canceled before it arrived. What has become of a line
-- is counted on the line itself, where CHECKs keep it within what was ordered.

alter table core.order_item
    add column shipped    integer not null default 0,
    add column delivered  integer not null default 0,
    add column returned   integer not null default 0,
    add column short      integer not null default 0;

alter table core.order_item
    add check (delivered between 0 and shipped),
    add check (returned between 0 and delivered),
    add check (short >= 0),
    add check (shipped + short <= abs(quantity));

comment on column core.order_item.returned is
    'Asked back or come back, without what was rejected.';
comment on column core.order_item.short is
    'Ordered, but not there yet: the line holds so much less (backorders).';


alter table core.orders
    add column fulfilment_status text not null default 'unfulfilled'
        check (fulfilment_status in ('unfulfilled', 'partially_shipped',
                                     'shipped', 'partially_delivered',
                                     'delivered'));

create index orders_partial on core.orders (id)
 where fulfilment_status in ('partially_shipped', 'partially_delivered');


create table core.fulfilment (
    id             uuid primary key,
    order_id       uuid not null,
    number         integer not null,              -- 1, 2, ... of its order
    status         text not null default 'shipped'
                   check (status in ('shipped', 'delivered', 'canceled')),
    carrier        text check (length(carrier) <= 120),
    tracking_code  text check (length(tracking_code) <= 120),
    tracking_url   text check (length(tracking_url) <= 500),
    actor_id       uuid,
    version        bigint not null default 1,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    delivered_at   timestamptz,
    canceled_at    timestamptz,
    unique (order_id, number),
    check ((delivered_at is not null) = (status = 'delivered')),
    check ((canceled_at is not null) = (status = 'canceled'))
);

-- What is in it, and where it was taken from.
create table core.fulfilment_item (
    fulfilment_id  uuid not null references core.fulfilment,
    position       integer not null,              -- of the order's line
    location_id    bigint not null references core.location,
    order_id       uuid not null,
    variant_id     bigint not null,
    quantity       integer not null check (quantity > 0),
    primary key (fulfilment_id, position, location_id)
);

create index fulfilment_item_order on core.fulfilment_item (order_id);


-- Moves that nobody asks for: they follow from something else.
alter table core.order_move add column asked boolean not null default true;

insert into core.order_move (from_status, to_status, asked) values
    ('shipped', 'paid', false),      -- a fulfilment was canceled
    ('paid', 'refunded', false);     -- of which a part was shipped


alter type core.order_document add attribute fulfilment_status text;


-- Orders that left before there were fulfilments left in one.

insert into core.fulfilment (id, order_id, number, status, carrier,
                             tracking_code, tracking_url, created_at,
                             updated_at, delivered_at)
select core.uuid_v7(), o.id, 1,
       case when d.at is null then 'shipped' else 'delivered' end,
       left(o.tracking ->> 'carrier', 120),
       left(o.tracking ->> 'tracking_code', 120),
       left(o.tracking ->> 'tracking_url', 500),
       coalesce((select min(e.created_at) from core.order_event e
                 where e.order_id = o.id and e.to_status = 'shipped'),
                o.placed_at),
       o.updated_at, d.at
from core.orders o
cross join lateral (
    select coalesce((select min(e.created_at) from core.order_event e
                     where e.order_id = o.id and e.to_status = 'delivered'),
                    case when o.status = 'delivered'
                         then o.placed_at end)) d(at)
where o.kind = 'sale'
      and o.status in ('shipped', 'delivered', 'partially_refunded',
                       'refunded');

insert into core.fulfilment_item (fulfilment_id, position, location_id,
                                  order_id, variant_id, quantity)
select f.id, i.position, p.location_id, i.order_id, i.variant_id, p.quantity
from core.fulfilment f
join core.order_item i on i.order_id = f.order_id
cross join lateral (
    select i.location_id, i.quantity where i.split is null
    union all
    select (s ->> 'location_id')::bigint, (s ->> 'quantity')::int
    from jsonb_array_elements(i.split) s) p(location_id, quantity)
where p.location_id is not null;

update core.order_item i
set shipped = i.quantity,
    delivered = case when f.status = 'delivered' then i.quantity else 0 end
from core.fulfilment f
where f.order_id = i.order_id;

update core.orders o
set fulfilment_status = f.status
from core.fulfilment f
where f.order_id = o.id;


-- Functions that are gone or answer something else now.

drop function if exists core.orders_source(core.order_source[], integer,
                                           integer);
drop function if exists core.order_consume(uuid, bigint, uuid);
