-- Carts, of guests and of customers. A guest's cart has no owner but whoever
-- knows its id, which is all random (122 bits, version 4); it holds goods and
-- where about they go, nothing about a person. A customer has one open cart,
-- and it answers to nobody else.
--
-- Prices are not kept but made anew each time (core.price); a line remembers
-- what the buyer saw last, so that he can be told.

create table core.cart (
    id               uuid primary key default gen_random_uuid(),
    customer_id      uuid,
    status           text not null default 'open'
                     check (status in ('open', 'ordered', 'merged')),
    merged_into      uuid,
    order_id         uuid,
    currency         char(3) check (currency ~ '^[A-Z]{3}$'),
    region           text check (length(region) between 1 and 64),
    shipping_method  text check (length(shipping_method) <= 32),
    coupons          text[] not null default '{}'
                     check (cardinality(coupons) <= 5),
    held_until       timestamptz,
    version          bigint not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    check ((merged_into is not null) = (status = 'merged')),
    check ((order_id is not null) = (status = 'ordered')),
    check (held_until is null or status = 'open')
) with (fillfactor = 80);

create unique index cart_customer on core.cart (customer_id)
    where status = 'open' and customer_id is not null;

create index cart_order on core.cart (order_id) where order_id is not null;

create index cart_idle on core.cart (updated_at, id);

create index cart_held on core.cart (held_until)
    where held_until is not null;


-- A line is known by its variant: more of the same is more of it. Without a
-- foreign key, so that the buyer hears of a variant that was deleted.
create table core.cart_item (
    cart_id     uuid not null references core.cart on delete cascade,
    variant_id  bigint not null,
    quantity    int not null check (quantity between 1 and 1000000),
    unit_price  bigint,
    currency    char(3),
    added_at    timestamptz not null default clock_timestamp(),
    primary key (cart_id, variant_id)
) with (fillfactor = 80);


-- What a cart holds while its buyer pays: part of stock_level.reserved, until
-- cart.held_until.
create table core.cart_hold (
    cart_id      uuid not null references core.cart,
    variant_id   bigint not null,
    location_id  bigint not null,
    quantity     bigint not null check (quantity > 0),
    primary key (cart_id, variant_id, location_id)
);


insert into core.setting (key, value) values
    ('cart.reserve_minutes', '15'),     -- 0: carts cannot be reserved
    ('cart.abandoned_hours', '4'),      -- after which the report shows it
    ('cart.keep_days', '90')            -- after which it is deleted
on conflict (key) do nothing;
