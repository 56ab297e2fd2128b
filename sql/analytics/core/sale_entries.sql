-- What an order counts for, day by day: rows to add to core.sales_day, or with
-- `sign` -1 to take from it. `fact` is as core.sale_dated() makes it.
--
-- What went back is shared out over the lines in proportion, by rounding down
-- the running sum: the parts are whole and add up, and all of an order is all
-- of each line. A credit is what went back and no sale.

create or replace function core.sale_entries(fact jsonb, sign int)
    returns setof core.sales_day
language sql stable as $$
    with sale as materialized (
        select f.*, abs(f.total) as size, f.kind = 'sale' and not f.canceled
               as sold, f.canceled::int as gone
        from jsonb_to_record(sale_entries.fact)
             as f(day date, kind text, canceled boolean, currency text,
                  customer text, region text, pieces bigint, gross bigint,
                  discount bigint, shipping bigint, tax bigint,
                  tax_included bigint, total bigint)
    ),
    line as materialized (
        select l.*,
               sum(abs(l.total)) over (order by l.position) as upto,
               abs(l.total) as size
        from jsonb_to_recordset(sale_entries.fact -> 'lines')
             as l(position int, product text, category text, pieces bigint,
                  gross bigint, discount bigint, tax bigint,
                  tax_included bigint, total bigint)
    ),
    back as materialized (
        select r.day, r.amount, sum(r.amount) over (order by r.n) as upto
        from rows from (jsonb_to_recordset(sale_entries.fact -> 'returns')
                        as (day date, amount bigint))
             with ordinality as r(day, amount, n), sale
        where not sale.canceled
    ),
    -- Of the whole order.
    whole as (
        select s.day, s.sold::int as orders, s.pieces, s.gross, s.discount,
               s.shipping, s.tax, s.tax_included, s.total, 0 as refunded,
               s.gone, s.total as lost
        from sale s
        union all
        select b.day, 0, 0, 0, 0, 0, 0, 0, 0, b.amount, 0, 0
        from back b
    ),
    -- Of its lines.
    part as (
        select s.day, s.sold::int as orders, l.product, l.category, l.pieces,
               l.gross, l.discount, l.tax, l.tax_included, l.total,
               0 as refunded, s.gone, l.total as lost
        from sale s, line l
        union all
        select b.day, 0, l.product, l.category, 0, 0, 0, 0, 0, 0,
               floor(b.upto * l.upto / s.size)
               - floor(b.upto * (l.upto - l.size) / s.size)
               - floor((b.upto - b.amount) * l.upto / s.size)
               + floor((b.upto - b.amount) * (l.upto - l.size) / s.size),
               0, 0
        from sale s, line l, back b
        where s.size > 0
    ),
    entry as (
        select d.dimension, w.day, d.key, w.orders, w.gone, w.pieces, w.gross,
               w.discount, w.shipping, w.tax, w.tax_included, w.total,
               w.refunded, w.lost
        from sale s
        cross join whole w
        cross join lateral (values ('all', ''),
                                   ('customer', coalesce(s.customer, '')),
                                   ('region', coalesce(s.region, '')))
                           d(dimension, key)
        union all
        select d.dimension, p.day, d.key, max(p.orders), max(p.gone),
               sum(p.pieces), sum(p.gross), sum(p.discount), 0, sum(p.tax),
               sum(p.tax_included), sum(p.total), sum(p.refunded),
               sum(p.lost)
        from part p
        cross join lateral (values ('product', coalesce(p.product, '')),
                                   ('category', coalesce(p.category, '')))
                           d(dimension, key)
        group by d.dimension, p.day, d.key
    )
    select e.dimension, s.currency, e.day, e.key, sign * e.orders,
           (t.taken * e.pieces)::bigint, (t.taken * e.gross)::bigint,
           (t.taken * e.discount)::bigint, t.taken * e.shipping,
           (t.taken * e.tax)::bigint, (t.taken * e.tax_included)::bigint,
           (t.taken * e.total)::bigint, (sign * e.refunded)::bigint,
           sign * e.gone, (sign * e.gone * e.lost)::bigint
    from entry e
    cross join sale s
    cross join lateral (select case when s.sold then sign else 0 end) t(taken)
$$;


-- A fact of the store with the days that its moments fall on, by the clock of
-- the shop (setting timezone). Inlined: a call would begin its statement
-- anew for each order.

create or replace function core.sale_dated(fact jsonb)
    returns table (dated jsonb) rows 1
language sql stable as $$
    select sale_dated.fact || jsonb_build_object(
        'day', (select ((sale_dated.fact ->> 'at')::timestamptz
                        at time zone s.value)::date
                from core.setting s where s.key = 'timezone'),
        'returns', coalesce((
            select jsonb_agg(jsonb_build_object(
                       'day', core.shop_day((r ->> 'at')::timestamptz),
                       'amount', r -> 'amount') order by n)
            from jsonb_array_elements(sale_dated.fact -> 'returns')
                 with ordinality as given(r, n)), '[]'))
$$;


create or replace function core.shop_day(at timestamptz) returns date
language sql stable as $$
    select (shop_day.at at time zone s.value)::date
    from core.setting s
    where s.key = 'timezone'
$$;

grant select on core.setting to analytics_api;
