-- What has to be bought: GET /stock/low, for stock:read. Variants on sale that
-- are at their threshold or below, or gone, over all locations that sell.

create or replace function api.list_low_stock("limit" int, cursor jsonb,
                                              principal jsonb)
    returns table (variant_id bigint, sku text, product_id bigint,
                   name text, availability text, on_hand bigint,
                   reserved bigint, available bigint, threshold bigint,
                   _cursor jsonb)
language sql stable as $$
    select v.id, v.sku, v.product_id, p.name, v.availability,
           t.on_hand, t.reserved, t.on_hand - t.reserved, t.threshold,
           jsonb_build_array(v.id)
    from core.variant v
    join core.product p on p.id = v.product_id
    cross join lateral (
        select coalesce(sum(s.on_hand), 0)::bigint as on_hand,
               coalesce(sum(s.reserved), 0)::bigint as reserved,
               coalesce(sum(s.threshold), 0)::bigint as threshold
        from core.stock_level s
        join core.location c on c.id = s.location_id and c.active
        where s.variant_id = v.id) t
    where v.availability in ('low_stock', 'out_of_stock')
          and v.active and p.status = 'active'
          and v.id > coalesce((list_low_stock.cursor ->> 0)::bigint, 0)
    order by v.id
    limit list_low_stock."limit"
$$;

grant select on core.variant, core.product, core.stock_level, core.location
    to store_api;
