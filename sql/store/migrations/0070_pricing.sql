-- What things cost: tax, freight, promotions, price lists. Amounts are minor
-- units, rates parts per million (17 % = 170000); core.price() is the one
-- place that applies them.
--
-- A region is a country (ISO 3166-1, BR) or a part of one (ISO 3166-2, BR-SP).
-- What holds for a part goes before what holds for its country.


-- The names of the classes that variants and shipping methods are in. A
-- class without a rate in a region is not taxed there.
create table core.tax_class (
    code        text primary key check (code ~ '^[a-z][a-z0-9_]{0,30}$'),
    name        text not null check (length(name) between 1 and 120),
    version     bigint not null default 1,
    updated_at  timestamptz not null default now()
);

insert into core.tax_class (code, name) values
    ('standard', 'Tributação normal'),
    ('reduced', 'Tributação reduzida'),
    ('exempt', 'Isento');

-- inclusive: the price contains it, and the sum does not grow.
alter table core.tax_rate
    add column inclusive boolean not null default false,
    add check (tax_class ~ '^[a-z][a-z0-9_]{0,30}$');


-- A method has a row for each region, currency and band of weight; of those
-- that fit, the one of the narrowest region counts, and there the one of the
-- heaviest band. weight_to and value_to are where it ends. Its freight is
-- taxed in tax_class, null: not.
alter table core.shipping_method
    add column weight_from  bigint not null default 0
                            check (weight_from >= 0),
    add column weight_to    bigint check (weight_to > weight_from),
    add column value_from   bigint not null default 0 check (value_from >= 0),
    add column value_to     bigint check (value_to > value_from),
    add column days_min     int check (days_min between 0 and 365),
    add column days_max     int check (days_max between days_min and 365),
    add column tax_class    text check (tax_class ~ '^[a-z][a-z0-9_]{0,30}$'),
    add column position     int not null default 0,
    drop constraint shipping_method_code_currency_region_key,
    add constraint shipping_method_place
        unique nulls not distinct (code, currency, region, weight_from,
                                   value_from);


-- Which part of a country a postal code belongs to: the first digits.
create table core.postal_region (
    country  char(2) not null,
    first    text not null,
    last     text not null,
    region   text not null,
    primary key (country, first),
    check (length(first) = length(last) and first <= last)
);

insert into core.postal_region (country, first, last, region) values
    ('BR', '01000', '19999', 'BR-SP'), ('BR', '20000', '28999', 'BR-RJ'),
    ('BR', '29000', '29999', 'BR-ES'), ('BR', '30000', '39999', 'BR-MG'),
    ('BR', '40000', '48999', 'BR-BA'), ('BR', '49000', '49999', 'BR-SE'),
    ('BR', '50000', '56999', 'BR-PE'), ('BR', '57000', '57999', 'BR-AL'),
    ('BR', '58000', '58999', 'BR-PB'), ('BR', '59000', '59999', 'BR-RN'),
    ('BR', '60000', '63999', 'BR-CE'), ('BR', '64000', '64999', 'BR-PI'),
    ('BR', '65000', '65999', 'BR-MA'), ('BR', '66000', '68899', 'BR-PA'),
    ('BR', '68900', '68999', 'BR-AP'), ('BR', '69000', '69299', 'BR-AM'),
    ('BR', '69300', '69399', 'BR-RR'), ('BR', '69400', '69899', 'BR-AM'),
    ('BR', '69900', '69999', 'BR-AC'), ('BR', '70000', '72799', 'BR-DF'),
    ('BR', '72800', '72999', 'BR-GO'), ('BR', '73000', '73699', 'BR-DF'),
    ('BR', '73700', '76799', 'BR-GO'), ('BR', '76800', '76999', 'BR-RO'),
    ('BR', '77000', '77999', 'BR-TO'), ('BR', '78000', '78899', 'BR-MT'),
    ('BR', '79000', '79999', 'BR-MS'), ('BR', '80000', '87999', 'BR-PR'),
    ('BR', '88000', '89999', 'BR-SC'), ('BR', '90000', '99999', 'BR-RS');


-- A promotion with a code is a coupon: it counts when the buyer names it.
-- One without a code counts for everybody.
--
-- Covered are the lines of its products and of its categories (with all below
-- them), or all lines when it names neither; minimum is what they must come to
-- before discounts. A percentage rounds half up on each line, an amount is
-- split over the lines by largest remainder. Each reckons from the price, not
-- from what the one before left, and no line goes below zero.
--
-- Coupons come first, in the order in which the buyer named them, then the
-- others by priority. An exclusive one stands alone: it counts only when it
-- comes first, and nothing counts beside it. Without starts_at or ends_at it
-- has no such bound.
create table core.promotion (
    id              bigint generated always as identity primary key,
    code            text unique check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,31}$'),
    name            text not null check (length(name) between 1 and 120),
    kind            text not null
                    check (kind in ('percent', 'amount', 'free_shipping')),
    rate_ppm        bigint check (rate_ppm between 1 and 1000000),
    amount          bigint check (amount between 1 and 9007199254740991),
    maximum         bigint check (maximum between 1 and 9007199254740991),
    minimum         bigint not null default 0
                    check (minimum between 0 and 9007199254740991),
    currency        char(3) check (currency ~ '^[A-Z]{3}$'),
    product_ids     bigint[] check (cardinality(product_ids) > 0),
    category_ids    bigint[] check (cardinality(category_ids) > 0),
    priority        int not null default 100,
    exclusive       boolean not null default false,
    active          boolean not null default true,
    starts_at       timestamptz,
    ends_at         timestamptz,
    total_limit     bigint check (total_limit > 0),
    customer_limit  bigint check (customer_limit > 0),
    version         bigint not null default 1,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    check ((rate_ppm is not null) = (kind = 'percent')),
    check ((amount is not null) = (kind = 'amount')),
    check (maximum is null or kind = 'percent'),
    check (currency is not null
           or amount is null and maximum is null and minimum = 0),
    check (code is not null
           or total_limit is null and customer_limit is null),
    check (starts_at < ends_at)
);

create index promotion_automatic on core.promotion (priority, id)
    where active and code is null;


-- How often a coupon was redeemed: apart from the promotion, since every order
-- with it writes here. Orders with one coupon take turns at this row.
create table core.promotion_use (
    promotion_id  bigint primary key references core.promotion
                  on delete cascade,
    used          bigint not null default 0 check (used >= 0)
) with (fillfactor = 50);


-- Prices in other currencies, for a time, or for quantities. A price list
-- counts while it is active and its time has come; of several with a price
-- for a variant the one of the lowest priority number counts.
create table core.price_list (
    id          bigint generated always as identity primary key,
    code        text not null unique
                check (code ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    name        text not null check (length(name) between 1 and 120),
    currency    char(3) not null check (currency ~ '^[A-Z]{3}$'),
    priority    int not null default 100,
    active      boolean not null default true,
    starts_at   timestamptz,
    ends_at     timestamptz,
    version     bigint not null default 1,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    check (starts_at < ends_at)
);

-- Of the prices of a list that are valid, the one of the largest quantity
-- that is reached counts, and there the one that began last.
create table core.price_entry (
    price_list_id  bigint not null references core.price_list
                   on delete cascade,
    variant_id     bigint not null references core.variant on delete cascade,
    min_quantity   int not null default 1 check (min_quantity > 0),
    valid_from     timestamptz not null default '-infinity',
    valid_to       timestamptz not null default 'infinity',
    amount         bigint not null
                   check (amount between 0 and 9007199254740991),
    primary key (variant_id, price_list_id, min_quantity, valid_from),
    check (valid_from < valid_to)
);

create index price_entry_list
    on core.price_entry (price_list_id, variant_id, min_quantity, valid_from);


-- What core.price() takes and gives.

-- items is as in an order: [{variant_id | sku | product_id, quantity,
-- unit_amount}]. currency null: that of the variants. staff may sell what is
-- not on sale; a credit has neither freight nor promotions.
create type core.price_cart as (
    ordinal          int,
    customer_id      uuid,
    region           text,
    currency         text,
    shipping_method  text,
    coupons          text[],
    staff            boolean,
    credit           boolean,
    items            jsonb
);

-- list_price is what it costs without price lists. tax is added to the sum of
-- the line, tax_included is part of it.
create type core.price_line as (
    position      int,
    quantity      int,
    variant_id    bigint,
    product_id    bigint,
    unit_price    bigint,
    list_price    bigint,
    discount      bigint,
    tax           bigint,
    tax_included  bigint,
    total         bigint,
    rate_ppm      bigint,
    inclusive     boolean,
    sku           text,
    name          text,
    problem       text
);

-- A promotion that counted, or a coupon that did not (problem). shares is
-- what it took off each line.
create type core.price_offer as (
    promotion_id       bigint,
    code               text,
    name               text,
    kind               text,
    discount           bigint,
    shipping_discount  bigint,
    minimum            bigint,
    shares             bigint[],
    problem            text
);

create type core.price_sum as (
    ordinal            int,
    region             text,
    currency           text,
    subtotal           bigint,
    discount           bigint,
    shipping           bigint,
    shipping_discount  bigint,
    shipping_tax       bigint,
    tax                bigint,
    tax_included       bigint,
    total              bigint,
    weight             bigint,
    shipping_method    text,
    lines              core.price_line[],
    offers             core.price_offer[],
    problem            text
);


-- What an order keeps of how its price came about. tax_included is part of
-- what the lines and the freight come to; shipping_tax is part of tax_total;
-- shipping_discount is what the freight would have been more.
alter table core.orders
    add column shipping_discount bigint not null default 0
                                 check (shipping_discount >= 0),
    add column shipping_tax      bigint not null default 0
                                 check (shipping_tax >= 0),
    add column tax_included      bigint not null default 0,
    add check (shipping_tax = 0 or shipping_tax <= tax_total),
    add check (abs(tax_included) <= abs(total)),
    add check (tax_included = 0 or (tax_included > 0) = (kind = 'sale'));

alter table core.order_item
    add column tax_included bigint not null default 0,
    add check (abs(tax_included) <= abs(total));

-- The promotions of an order, as they were: what a coupon's limits count. A
-- canceled order gives its redemptions back (released_at).
create table core.order_promotion (
    order_id           uuid not null,
    promotion_id       bigint not null,
    customer_id        uuid,
    code               text,
    name               text not null,
    kind               text not null,
    discount           bigint not null check (discount >= 0),
    shipping_discount  bigint not null check (shipping_discount >= 0),
    released_at        timestamptz,
    primary key (order_id, promotion_id)
);

create index order_promotion_customer
    on core.order_promotion (customer_id, promotion_id)
    where released_at is null and code is not null;
