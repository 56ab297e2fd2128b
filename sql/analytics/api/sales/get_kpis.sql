-- GET /analytics/kpis, for reports:read: the figures of a span, each beside
-- that of the span of the same length before it.
--
-- revenue is what orders came to less what went back; average_order is what
-- they came to by their number. A customer is new in the span of the first
-- order that was not canceled; guests are no customers.
--
-- Raises: CM400 invalid_parameter.

create or replace function api.get_kpis("from" date, "to" date,
                                        currency text, principal jsonb)
    returns setof api.kpis
language sql stable as $$
    with span as materialized (
        select s.first, s.last, s.first - (s.last - s.first + 1) as before,
               s.unit
        from core.sales_span(get_kpis."from", get_kpis."to",
                             get_kpis.currency) s
    ),
    figure as materialized (
        select t.now, coalesce(sum(d.orders), 0)::bigint as orders,
               coalesce(sum(d.pieces), 0)::bigint as pieces,
               coalesce(sum(d.total), 0)::bigint as total,
               coalesce(sum(d.refunded), 0)::bigint as refunded,
               coalesce(sum(d.canceled_orders), 0)::bigint as canceled,
               core.new_customers(t.first, t.last) as customers
        from span s
        cross join lateral (values (true, s.first, s.last),
                                   (false, s.before, s.first - 1))
                           t(now, first, last)
        left join core.sales_day d
               on d.dimension = 'all' and d.currency = s.unit
                  and d.day between t.first and t.last
        group by t.now, t.first, t.last
    )
    select s.first, s.last, s.before, s.first - 1,
           (select c.value from core.setting c where c.key = 'timezone'),
           s.unit, core.sold_currencies(),
           core.compared(core.money(a.total - a.refunded, s.unit),
                         core.money(b.total - b.refunded, s.unit)),
           core.compared(to_jsonb(a.orders), to_jsonb(b.orders)),
           core.compared(
               core.money(round(a.total / nullif(a.orders, 0)::numeric
                                )::bigint, s.unit),
               core.money(round(b.total / nullif(b.orders, 0)::numeric
                                )::bigint, s.unit)),
           core.compared(to_jsonb(a.pieces), to_jsonb(b.pieces)),
           core.compared(to_jsonb(a.customers), to_jsonb(b.customers)),
           core.compared(core.money(a.refunded, s.unit),
                         core.money(b.refunded, s.unit)),
           core.compared(to_jsonb(a.canceled), to_jsonb(b.canceled))
    from span s
    join figure a on a.now
    join figure b on not b.now
$$;
