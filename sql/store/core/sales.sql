-- What the analytics database is told of orders. No query crosses the
-- databases: jobs of kind `sales` name orders, and a gateway carries what
-- became of them over (api.sales_facts here, api.sales_apply there).

do $$
begin
    perform core.job_kind_put('sales', false, concurrency => 1,
        delays => '{5 s,30 s,2 min,10 min,30 min,1 h,3 h,6 h,12 h,12 h,24 h}',
        keep => '1 hour');
end
$$;


-- Jobs for the orders that something happened to, so many in each. For each
-- order before it and in it a job is due 2 ms later, so that a rush of orders
-- is not slowed down by its own report: 500 orders a second are counted as they
-- come, and what is more than that waits. An order that is named twice is
-- counted once.

create or replace function core.sales_put(orders text[],
                                          many int default 200)
    returns void
language plpgsql as $$
begin
    insert into core.job (kind, payload, due_at)
    select 'sales',
           jsonb_build_object('orders',
                              to_jsonb(sales_put.orders[p.first:p.last])),
           before.due + interval '2 ms' * p.last
    from (select f as first, least(f + sales_put.many - 1,
                                   cardinality(sales_put.orders)) as last
          from generate_series(1, cardinality(sales_put.orders),
                               sales_put.many) f) p
    cross join (
        select greatest(now(), max(j.due_at)) as due
        from core.job j
        where j.kind = 'sales' and j.status = 'waiting' and j.attempts = 0)
        before;
end
$$;


-- The same for all orders there are: analytics is being filled anew. Answers
-- how many they are.

create or replace function core.sales_requeue() returns bigint
language plpgsql as $$
declare
    ids    uuid[];
    last   uuid := '00000000-0000-0000-0000-000000000000';
    total  bigint := 0;
begin
    loop
        ids := array(select o.id from core.orders o
                     where o.id > last
                     order by o.id
                     limit 10000);
        exit when cardinality(ids) = 0;

        perform core.sales_put(ids::text[], 250);
        last := ids[cardinality(ids)];
        total := total + cardinality(ids);
    end loop;

    return total;
end
$$;


-- What went back of an order, and when: its refunds, but not of money that came
-- in twice or above what it costs; what was given up of it and needed no
-- refund; what was exchanged, which is sold anew in another order; of one that
-- was called refunded by hand the rest too; all of a credit.

create or replace function core.order_returns(o core.orders)
    returns table (n int, at timestamptz, amount bigint)
language sql stable as $$
    with refund as (
        select row_number() over (order by b.at, b.key)::int as n, b.at,
               b.amount
        from (select r.updated_at, r.id::text, r.amount
              from core.refund r
              where r.order_id = o.id and r.status = 'succeeded'
                    and not r.surplus
                    and not exists (select from core.payment_parked k
                                    where k.payment_id = r.payment_id
                                          and k.reason = 'paid_twice')
              union all
              select e.created_at, e.version::text, u.amount
              from core.order_event e
              cross join lateral (
                  -- a bare number in events before it was money
                  select coalesce(e.data #>> '{unrefunded,amount}',
                                  e.data ->> 'unrefunded')::bigint) u(amount)
              where o.canceled_total > 0 and e.order_id = o.id
                    and e.type = 'order.reduced' and u.amount > 0
              ) b(at, key, amount)
    )
    select * from refund
    union all
    select 2000000 + t.number, x.placed_at, x.total
    from core.order_return t
    join core.orders x on x.id = t.exchange_order_id
    where t.order_id = o.id
    union all
    select 1000000, coalesce(
               (select min(e.created_at) from core.order_event e
                where e.order_id = o.id and e.to_status = 'refunded'
                      and o.kind = 'sale'),
               o.placed_at),
           abs(o.total) - (select coalesce(sum(r.amount), 0) from refund r)
    where o.status = 'refunded'
          and abs(o.total) > (select coalesce(sum(r.amount), 0)
                              from refund r)
$$;


-- The category that sales of a product count for: of those it is in the
-- deepest, of these the first. Inlined.

create or replace function core.product_sold_in(product_id bigint)
    returns setof core.category rows 1
language sql stable as $$
    select c.*
    from core.product_category pc
    join core.category c on c.id = pc.category_id
    where pc.product_id = product_sold_in.product_id
    order by cardinality(c.path) desc, c.position, c.id
    limit 1
$$;


-- Orders as analytics counts them, an array of JSON as text, for it is carried
-- and no more. Inlined, and one statement for all of them: what is sold is
-- looked up once for each product, however many orders name it. At its first
-- version nothing has come back of an order yet, or all of it.

create or replace function core.sale_facts(orders uuid[])
    returns table (facts text) rows 1
language sql stable as $$
    with item as materialized (
        select i.order_id, i.position, i.product_id, i.name, i.quantity,
               i.unit_price, i.discount, i.tax, i.tax_included, i.total
        from core.order_item i
        where i.order_id = any (sale_facts.orders)
    ),
    good as materialized (
        select d.product_id, p.name,
               concat('"category":', coalesce(to_json(c.id::text), 'null'),
                      ',"category_name":', coalesce(to_json(c.name), 'null'))
                   as category
        from (select distinct i.product_id from item i) d
        left join core.product p on p.id = d.product_id
        left join lateral core.product_sold_in(d.product_id) c on true
    ),
    line as (
        select i.order_id, sum(i.quantity) as pieces,
               string_agg(concat(
                   '{"position":', i.position,
                   ',"product":"', i.product_id,
                   '","name":', to_json(coalesce(g.name, i.name)), ',',
                   g.category,
                   ',"pieces":', i.quantity,
                   ',"gross":', i.unit_price * i.quantity,
                   ',"discount":', i.discount, ',"tax":', i.tax,
                   ',"tax_included":', i.tax_included,
                   ',"total":', i.total, '}'), ',' order by i.position)
                   as lines
        from item i
        join good g on g.product_id = i.product_id
        group by i.order_id
    )
    select concat('[', string_agg(concat(
               '{"id":"', o.id, '","version":', o.version,
               ',"at":', to_json(o.placed_at), ',"kind":"', o.kind,
               '","canceled":', to_json(o.status = 'canceled'),
               ',"currency":"', o.currency,
               '","customer":', coalesce(to_json(o.customer_id), 'null'),
               ',"region":', coalesce(to_json(o.region), 'null'),
               ',"pieces":', coalesce(l.pieces, 0),
               ',"gross":', o.subtotal, ',"discount":', o.discount_total,
               ',"shipping":', o.shipping_total, ',"tax":', o.tax_total,
               ',"tax_included":', o.tax_included, ',"total":', o.total,
               ',"lines":[', l.lines, '],"returns":[',
               case when o.version > 1 or o.status = 'refunded' then (
                   select string_agg(concat('{"at":', to_json(r.at),
                                            ',"amount":', r.amount, '}'),
                                     ',' order by r.n)
                   from core.order_returns(o) r) end, ']}'), ','), ']')
    from core.orders o
    left join line l on l.order_id = o.id
    where o.id = any (sale_facts.orders)
$$;
