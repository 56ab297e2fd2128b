-- Parts of the figures of a span.


-- A figure and the one before.

create or replace function core.compared(value jsonb, previous jsonb)
    returns jsonb
language sql stable as $$
    select jsonb_build_object('value', compared.value,
                              'previous', compared.previous)
$$;


-- Customers whose first order, in whatever currency, was in these days.

create or replace function core.new_customers(first date, last date)
    returns bigint
language sql stable as $$
    select count(distinct d.key)
    from core.sales_day d
    where d.dimension = 'customer' and d.key <> '' and d.orders > 0
          and d.currency = any (core.sold_currencies())
          and d.day between new_customers.first and new_customers.last
          and not exists (
              select from core.sales_day b
              where b.dimension = 'customer' and b.key = d.key
                    and b.orders > 0 and b.day < new_customers.first)
$$;


-- What was ever sold in: a jump for each through the index.

create or replace function core.sold_currencies() returns text[]
language sql stable as $$
    with recursive known(currency) as (
        select min(d.currency::text) from core.sales_day d
        where d.dimension = 'all'
        union all
        select (select min(d.currency::text) from core.sales_day d
                where d.dimension = 'all' and d.currency > k.currency)
        from known k where k.currency is not null
    )
    select coalesce(array_agg(k.currency order by k.currency), '{}')
    from known k
    where k.currency is not null
$$;
