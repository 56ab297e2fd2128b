-- What orders count for, day by day: rows to add to core.sales_day. Those of
-- `known` are taken from it. Inlined, and one statement for all of them.
--
-- What went back is shared out over the lines in proportion, by rounding down
-- the running sum: the parts are whole and add up, and all of an order is all
-- of each line. A credit is what went back and no sale.

create or replace function core.sale_entries(fresh core.sale[],
                                             known core.sale[])
    returns table (dimension text, currency text, day date, key text,
                   orders int, pieces bigint, gross bigint, discount bigint,
                   shipping bigint, tax bigint, tax_included bigint,
                   total bigint, refunded bigint, canceled_orders int,
                   canceled bigint)
language sql stable as $$
    with sale as materialized (
        select c.*, c.sign * (c.kind = 'sale' and not c.canceled)::int
               as sold, c.sign * c.canceled::int as gone,
               c.returns <> '[]' and not c.canceled as came_back
        from (select 1 as sign, f.* from unnest(sale_entries.fresh) f
              union all
              select -1, k.* from unnest(sale_entries.known) k) c
    ),
    line as materialized (
        select s.sign, s.order_id, s.currency, s.day, s.sold, s.gone,
               s.came_back, abs(s.total) as whole, l.*
        from sale s
        cross join lateral jsonb_to_recordset(s.lines)
                   as l(position int, product text, category text,
                        pieces bigint, gross bigint, discount bigint,
                        tax bigint, tax_included bigint, total bigint)
    ),
    back as materialized (
        select s.sign, s.order_id, s.currency, s.customer, s.region, r.day,
               r.amount, sum(r.amount) over (partition by s.order_id, s.sign
                                             order by r.n) as upto
        from sale s
        cross join lateral rows from (jsonb_to_recordset(s.returns)
                                      as (day date, amount bigint))
                   with ordinality as r(day, amount, n)
        where s.came_back
    ),
    share as (
        select l.*, abs(l.total) as size,
               sum(abs(l.total)) over (partition by l.order_id, l.sign
                                       order by l.position) as upto
        from line l
        where l.came_back and l.whole > 0
    ),
    -- Of the whole order.
    whole as (
        select s.currency, s.day, s.customer, s.region, s.sold as orders,
               s.sold * s.pieces as pieces, s.sold * s.gross as gross,
               s.sold * s.discount as discount,
               s.sold * s.shipping as shipping, s.sold * s.tax as tax,
               s.sold * s.tax_included as tax_included,
               s.sold * s.total as total, 0::bigint as refunded, s.gone,
               s.gone * s.total as lost
        from sale s
        union all
        select b.currency, b.day, b.customer, b.region, 0, 0, 0, 0, 0, 0, 0,
               0, b.sign * b.amount, 0, 0
        from back b
    ),
    -- Of its lines.
    part as (
        select l.sign, l.order_id, l.currency, l.day, l.product, l.category,
               l.sold as orders, l.sold * l.pieces as pieces,
               l.sold * l.gross as gross, l.sold * l.discount as discount,
               l.sold * l.tax as tax,
               l.sold * l.tax_included as tax_included,
               l.sold * l.total as total, 0::bigint as refunded, l.gone,
               l.gone * l.total as lost
        from line l
        union all
        select b.sign, b.order_id, b.currency, b.day, l.product, l.category,
               0, 0, 0, 0, 0, 0, 0,
               b.sign * (floor(b.upto * l.upto / l.whole)
                         - floor(b.upto * (l.upto - l.size) / l.whole)
                         - floor((b.upto - b.amount) * l.upto / l.whole)
                         + floor((b.upto - b.amount) * (l.upto - l.size)
                                 / l.whole))::bigint, 0, 0
        from back b
        join share l on l.order_id = b.order_id and l.sign = b.sign
    )
    select d.dimension, w.currency, w.day, d.key, w.orders, w.pieces,
           w.gross, w.discount, w.shipping, w.tax, w.tax_included, w.total,
           w.refunded, w.gone, w.lost
    from whole w
    cross join lateral (values ('all', ''),
                               ('customer', coalesce(w.customer, '')),
                               ('region', coalesce(w.region, '')))
                       d(dimension, key)
    union all
    -- an order of several lines of one product is one order
    select d.dimension, p.currency, p.day, d.key,
           p.sign * max(p.sign * p.orders), sum(p.pieces)::bigint,
           sum(p.gross)::bigint, sum(p.discount)::bigint, 0,
           sum(p.tax)::bigint, sum(p.tax_included)::bigint,
           sum(p.total)::bigint, sum(p.refunded)::bigint,
           p.sign * max(p.sign * p.gone), sum(p.lost)::bigint
    from part p
    cross join lateral (values ('product', coalesce(p.product, '')),
                               ('category', coalesce(p.category, '')))
                       d(dimension, key)
    group by p.sign, p.order_id, d.dimension, p.currency, p.day, d.key
$$;
