-- A level: GET /stock/{variant_id}/{location_id}, for stock:read.

create or replace function api.get_stock_level(variant_id bigint,
                                               location_id bigint,
                                               principal jsonb)
    returns setof api.stock_level
language sql stable as $$
    select s.variant_id, v.sku, v.product_id, p.name, v.name, s.location_id,
           s.on_hand, s.reserved,
           s.on_hand - s.reserved, s.threshold, s.ordered, s.updated_at,
           s.version, null::jsonb
    from core.stock_level s
    join core.variant v on v.id = s.variant_id
    join core.product p on p.id = v.product_id
    where s.variant_id = get_stock_level.variant_id
          and s.location_id = get_stock_level.location_id
$$;

grant select on core.stock_level, core.variant, core.product to store_api;
