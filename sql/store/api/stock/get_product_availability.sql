-- Exact numbers, never from a cache: GET /products/{id}/availability, public.
-- Nothing for a product that is not on sale.

create or replace function api.get_product_availability(id text)
    returns table (product_id bigint, availability text, variants jsonb)
language sql stable as $$
    select p.id, p.availability, coalesce((
               select jsonb_agg(jsonb_build_object(
                          'variant_id', v.id, 'sku', v.sku,
                          'available', t.available,
                          'availability', core.stock_class(t.available,
                                                           t.threshold),
                          'backorder', v.backorder)
                          order by v.position, v.id)
               from core.variant v
               cross join lateral (
                   select coalesce(sum(s.on_hand - s.reserved), 0)::bigint,
                          coalesce(sum(s.threshold), 0)::bigint
                   from core.stock_level s
                   join core.location c on c.id = s.location_id and c.active
                   where s.variant_id = v.id) t (available, threshold)
               where v.product_id = p.id and v.active), '[]')
    from core.product p
    where (p.slug = get_product_availability.id
           or p.id = case when get_product_availability.id ~ '^[0-9]{1,18}$'
                          then get_product_availability.id::bigint end)
          and p.status = 'active'
$$;

grant select on core.product, core.variant, core.stock_level, core.location
    to store_api;
