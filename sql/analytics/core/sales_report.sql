-- Sales of a span by period and by what is asked, the largest of a period
-- first. Without a group each period has its row, also one without sales.

create or replace function core.sales_report(
        granularity text, "from" date, "to" date, group_by text,
        currency text, size int, cursor jsonb)
    returns table (period date, key text, name text, unit text,
                   orders bigint, pieces bigint, gross bigint,
                   discount bigint, shipping bigint, tax bigint,
                   tax_included bigint, total bigint, refunded bigint,
                   net bigint, canceled_orders bigint, canceled bigint)
language sql stable as $$
    with span as materialized (
        select * from core.sales_span(sales_report."from", sales_report."to",
                                      sales_report.currency)
    ),
    sold as (
        select p.period, d.key, s.unit, sum(d.orders) as orders,
               sum(d.pieces) as pieces, sum(d.gross) as gross,
               sum(d.discount) as discount, sum(d.shipping) as shipping,
               sum(d.tax) as tax, sum(d.tax_included) as tax_included,
               sum(d.total) as total, sum(d.refunded) as refunded,
               sum(d.total - d.refunded) as net,
               sum(d.canceled_orders) as canceled_orders,
               sum(d.canceled) as canceled
        from span s
        join core.sales_day d
          on d.dimension = coalesce(sales_report.group_by, 'all')
             and d.currency = s.unit and d.day between s.first and s.last
        cross join lateral core.sales_period(sales_report.granularity, d.day,
                                             s.first) p(period)
        group by p.period, d.key, s.unit
    ),
    shown as (
        select * from sold
        union all
        select p.period, '', s.unit, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        from span s
        cross join lateral (
            select distinct core.sales_period(sales_report.granularity,
                                              g::date, s.first)
            from generate_series(s.first, s.last, interval '1 day') g)
            p(period)
        where sales_report.group_by is null
              and p.period not in (select period from sold)
    )
    select r.period, nullif(r.key, ''), l.name, r.unit, r.orders::bigint,
           r.pieces::bigint, r.gross::bigint, r.discount::bigint,
           r.shipping::bigint, r.tax::bigint, r.tax_included::bigint,
           r.total::bigint, r.refunded::bigint, r.net::bigint,
           r.canceled_orders::bigint, r.canceled::bigint
    from shown r
    left join core.label l on l.dimension = sales_report.group_by
                           and l.key = r.key
    where sales_report.cursor is null
          or (r.period, -r.net, r.key)
             > ((sales_report.cursor ->> 0)::date,
                -(sales_report.cursor ->> 1)::bigint,
                sales_report.cursor ->> 2)
    order by r.period, -r.net, r.key
    limit sales_report.size
$$;

grant select on core.sales_day, core.label to analytics_api;
