-- Counts orders as the store tells them (api.sales_facts there): called by the
-- job that carries them, again if it is not sure that it was.
--
-- An order that is known by this version or a later one is passed over; for
-- any other, what it counted for is taken back and what it counts for now put
-- in its place, in one transaction with its version. So each event counts once
-- and the last one stands, however late and however often they come.
--
-- Answers how many orders were new.
-- Locks: an advisory one, since all of them meet in the sums of their day.

create or replace function api.sales_apply(facts jsonb)
    returns table (applied int)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    fresh  core.sale[];
begin
    perform pg_advisory_xact_lock(hashtext('core.sale'));

    fresh := array(
        select row(f.id, f.version, d.dated)::core.sale
        from (select distinct on (e ->> 'id') (e ->> 'id')::uuid as id,
                     (e ->> 'version')::bigint as version, e as fact
              from jsonb_array_elements(sales_apply.facts) e
              order by e ->> 'id', (e ->> 'version')::bigint desc) f
        left join core.sale s on s.order_id = f.id
        cross join lateral core.sale_dated(f.fact) d
        where s.version is null or s.version < f.version);

    insert into core.sales_day as d
    select e.dimension, e.currency, e.day, e.key, sum(e.orders),
           sum(e.pieces), sum(e.gross), sum(e.discount), sum(e.shipping),
           sum(e.tax), sum(e.tax_included), sum(e.total), sum(e.refunded),
           sum(e.canceled_orders), sum(e.canceled)
    from (select n.fact, 1 as sign from unnest(fresh) n
          union all
          select s.fact, -1
          from core.sale s
          where s.order_id in (select n.order_id from unnest(fresh) n)) o
    cross join lateral core.sale_entries(o.fact, o.sign) e
    group by e.dimension, e.currency, e.day, e.key
    on conflict on constraint sales_day_pkey
    do update set orders = d.orders + excluded.orders,
                  pieces = d.pieces + excluded.pieces,
                  gross = d.gross + excluded.gross,
                  discount = d.discount + excluded.discount,
                  shipping = d.shipping + excluded.shipping,
                  tax = d.tax + excluded.tax,
                  tax_included = d.tax_included + excluded.tax_included,
                  total = d.total + excluded.total,
                  refunded = d.refunded + excluded.refunded,
                  canceled_orders = d.canceled_orders
                                    + excluded.canceled_orders,
                  canceled = d.canceled + excluded.canceled;

    delete from core.sales_day d
    where d.orders = 0 and d.refunded = 0 and d.canceled_orders = 0;

    insert into core.sale as s
    select n.* from unnest(fresh) n
    on conflict on constraint sale_pkey
    do update set version = excluded.version, fact = excluded.fact;

    insert into core.label as l (dimension, key, name)
    select distinct on (g.dimension, g.key) g.dimension, g.key, g.name
    from unnest(fresh) n
    cross join lateral jsonb_to_recordset(n.fact -> 'lines')
               as i(product text, name text, category text,
                    category_name text)
    cross join lateral (values ('product', i.product, i.name),
                               ('category', i.category, i.category_name))
               g(dimension, key, name)
    where g.name is not null
          and not exists (select from core.label k
                          where k.dimension = g.dimension and k.key = g.key
                                and k.name = g.name)
    order by g.dimension, g.key
    on conflict on constraint label_pkey
    do update set name = excluded.name where l.name <> excluded.name;

    return query select cardinality(fresh);
end
$$;
