-- What open orders are short of: GET /stock/shortfalls, for stock:read. By
-- variant, with how many units and since when.

create or replace function api.list_shortfalls("limit" int, cursor jsonb,
                                               principal jsonb)
    returns table (variant_id bigint, sku text, product_id bigint,
                   name text, backorder text, short bigint, orders bigint,
                   oldest_at timestamptz, _cursor jsonb)
language sql stable as $$
    select v.id, v.sku, v.product_id, p.name,
           case when v.backorder then 'allow' else 'deny' end,
           s.short, s.orders, s.oldest_at, jsonb_build_array(v.id)
    from (select i.variant_id, sum(i.short)::bigint as short,
                 count(distinct o.id) as orders,
                 min(o.placed_at) as oldest_at
          from core.order_item i
          join core.orders o on o.id = i.order_id
          where i.short > 0
                and o.status in ('pending', 'stock_shortfall', 'paid')
                and i.variant_id > coalesce(
                    (list_shortfalls.cursor ->> 0)::bigint, 0)
          group by i.variant_id
          order by i.variant_id
          limit list_shortfalls."limit") s
    join core.variant v on v.id = s.variant_id
    join core.product p on p.id = v.product_id
    order by v.id
$$;

grant select on core.orders, core.order_item, core.variant, core.product
    to store_api;
