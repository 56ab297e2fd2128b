-- Sales by day: what came of orders, summed up by what one asks about. Fed by
-- the events of the store (api.sales_apply), and nothing but: it can be
-- emptied and fed again (core.sales_empty).

drop function if exists core.order_created(jsonb);
drop table core.order_line_fact, core.order_fact, core.event_seen;


create function core.money(amount bigint, currency text) returns jsonb
language sql stable parallel safe as $$
    select case when amount is not null
                then jsonb_build_object('amount', amount,
                                        'currency', currency) end
$$;


create function core.fail(code text, status int, detail jsonb default null)
    returns void
language plpgsql as $$
begin
    raise exception using errcode = 'CM' || status,
                          message = code,
                          detail = coalesce(detail, '{}')::text;
end
$$;


-- An order as it was when `version` was its last event: what it counts for
-- (core.sale_entries), so that it can be taken back when a later one comes.
-- An event is <order>/<version>; one row for each order and a version that
-- only grows count each once, whatever the order they come in.

create table core.sale (
    order_id  uuid primary key,
    version   bigint not null,
    fact      jsonb not null
) with (fillfactor = 90);


-- dimension is whose key it is: 'all' (''), 'product', 'category',
-- 'customer', 'region'; '' is what has none. total = gross - discount +
-- shipping + tax; freight belongs to no product. Orders that were canceled
-- count as such and in nothing else. What went back counts on the day it did.

create table core.sales_day (
    dimension        text not null,
    currency         char(3) not null,
    day              date not null,
    key              text not null,
    orders           bigint not null default 0,
    pieces           bigint not null default 0,
    gross            bigint not null default 0,
    discount         bigint not null default 0,
    shipping         bigint not null default 0,
    tax              bigint not null default 0,
    tax_included     bigint not null default 0,
    total            bigint not null default 0,
    refunded         bigint not null default 0,
    canceled_orders  bigint not null default 0,
    canceled         bigint not null default 0,
    primary key (dimension, currency, day, key),
    check (total = gross - discount + shipping + tax)
) with (fillfactor = 80);

-- When a customer first bought.
create index sales_day_key on core.sales_day (dimension, key, day);

-- Those that came to nothing, to be swept away.
create index sales_day_empty on core.sales_day (day)
 where orders = 0 and refunded = 0 and canceled_orders = 0;


-- What products and categories were called last.

create table core.label (
    dimension  text not null,
    key        text not null,
    name       text not null,
    primary key (dimension, key)
);


insert into core.setting values ('currency', 'BRL');
