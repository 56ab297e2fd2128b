-- What the sums of analytics should be (core.sales_day there), counted from the
-- orders themselves, with days by the clock of a time zone: `commerce
-- analytics check` compares. Not by category, since products move and what
-- they were sold in stays.

create or replace function core.sales_recount(timezone text)
    returns table (dimension text, currency text, day date, key text,
                   orders bigint, pieces bigint, gross bigint,
                   discount bigint, shipping bigint, tax bigint,
                   tax_included bigint, total bigint, refunded bigint,
                   canceled_orders bigint, canceled bigint)
language sql stable as $$
    with placed as materialized (
        select o.*, i.pieces, (o.placed_at at time zone timezone)::date as day,
               o.kind = 'sale' and o.status <> 'canceled' as sold,
               o.status = 'canceled' as gone
        from core.orders o
        join (select order_id, sum(quantity) as pieces
              from core.order_item group by order_id) i on i.order_id = o.id
    ),
    back as materialized (
        select o.id, (r.at at time zone timezone)::date as day, r.n,
               r.amount, sum(r.amount) over w as upto
        from placed o
        cross join lateral core.order_returns(
            (select x from core.orders x where x.id = o.id)) r
        where not o.gone
        window w as (partition by o.id order by r.n)
    ),
    line as materialized (
        select i.*, abs(i.total) as size, sum(abs(i.total)) over w as upto
        from core.order_item i
        window w as (partition by i.order_id order by i.position)
    ),
    entry as (
        select d.dimension, o.currency, o.day, d.key, o.sold::int as orders,
               o.pieces, o.subtotal as gross, o.discount_total as discount,
               o.shipping_total as shipping, o.tax_total as tax,
               o.tax_included, o.total, 0::numeric as refunded,
               o.sold, o.gone
        from placed o
        cross join lateral (values ('all', ''),
                                   ('customer', o.customer_id::text),
                                   ('region', o.region)) d(dimension, key)
        union all
        select d.dimension, o.currency, b.day, d.key, 0, 0, 0, 0, 0, 0, 0, 0,
               b.amount, false, false
        from back b
        join placed o on o.id = b.id
        cross join lateral (values ('all', ''),
                                   ('customer', o.customer_id::text),
                                   ('region', o.region)) d(dimension, key)
        union all
        select 'product', o.currency, o.day, l.product_id::text,
               o.sold::int, sum(l.quantity), sum(l.unit_price * l.quantity),
               sum(l.discount), 0, sum(l.tax), sum(l.tax_included),
               sum(l.total), 0, o.sold, o.gone
        from placed o
        join line l on l.order_id = o.id
        group by o.id, o.currency, o.day, o.sold, o.gone, l.product_id
        union all
        select 'product', o.currency, b.day, l.product_id::text, 0, 0, 0, 0,
               0, 0, 0, 0,
               floor(b.upto * l.upto / abs(o.total))
               - floor(b.upto * (l.upto - l.size) / abs(o.total))
               - floor((b.upto - b.amount) * l.upto / abs(o.total))
               + floor((b.upto - b.amount) * (l.upto - l.size)
                       / abs(o.total)), false, false
        from back b
        join placed o on o.id = b.id and o.total <> 0
        join line l on l.order_id = o.id
    )
    select e.dimension, e.currency, e.day, coalesce(e.key, ''),
           sum(e.orders)::bigint, sum(s.taken * e.pieces)::bigint,
           sum(s.taken * e.gross)::bigint, sum(s.taken * e.discount)::bigint,
           sum(s.taken * e.shipping)::bigint, sum(s.taken * e.tax)::bigint,
           sum(s.taken * e.tax_included)::bigint,
           sum(s.taken * e.total)::bigint, sum(e.refunded)::bigint,
           sum(e.gone::int)::bigint, sum(e.gone::int * e.total)::bigint
    from entry e
    cross join lateral (select e.sold::int) s(taken)
    group by e.dimension, e.currency, e.day, coalesce(e.key, '')
    having bool_or(e.sold) or bool_or(e.gone) or sum(e.refunded) <> 0
$$;
