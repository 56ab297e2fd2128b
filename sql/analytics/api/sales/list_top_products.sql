-- GET /analytics/top-products, for reports:read: what sold best in a span, by
-- what it brought in, by pieces or by orders.
--
-- Raises: CM400 invalid_parameter.

create or replace function api.list_top_products(
        "from" date, "to" date, by text, currency text, "limit" int,
        cursor jsonb, principal jsonb)
    returns table (product_id bigint, name text, orders bigint,
                   pieces bigint, total jsonb, refunded jsonb, net jsonb,
                   _cursor jsonb)
language sql stable as $$
    with sold as (
        select d.key, s.unit, sum(d.orders)::bigint as orders,
               sum(d.pieces)::bigint as pieces, sum(d.total)::bigint as total,
               sum(d.refunded)::bigint as refunded
        from core.sales_span(list_top_products."from", list_top_products."to",
                             list_top_products.currency) s
        join core.sales_day d
          on d.dimension = 'product' and d.currency = s.unit
             and d.day between s.first and s.last
        where d.key <> ''
        group by d.key, s.unit
        having sum(d.orders) > 0
    ),
    placed as (
        select s.*, s.total - s.refunded as net,
               case list_top_products.by when 'pieces' then s.pieces
                    when 'orders' then s.orders
                    else s.total - s.refunded end as place
        from sold s
    )
    select p.key::bigint, l.name, p.orders, p.pieces,
           core.money(p.total, p.unit),
           core.money(p.refunded, p.unit), core.money(p.net, p.unit),
           jsonb_build_array(p.place, p.key)
    from placed p
    left join core.label l on l.dimension = 'product' and l.key = p.key
    where list_top_products.cursor is null
          or (-p.place, p.key)
             > (-(list_top_products.cursor ->> 0)::bigint,
                list_top_products.cursor ->> 1)
    order by -p.place, p.key
    limit list_top_products."limit"
$$;
