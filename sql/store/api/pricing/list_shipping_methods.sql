-- Shipping methods in the order in which they were made:
-- GET /shipping/methods, for settings:write.

create or replace function api.list_shipping_methods(
        region text, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.shipping_method
language sql stable as $$
    select r.id, r.code, r.name, r.region, r.currency::text, r.base_amount,
           r.kilo_amount, r.free_from, r.weight_from, r.weight_to,
           r.value_from, r.value_to, r.days_min, r.days_max, r.tax_class,
           r.position, r.active, r.version, r.updated_at,
           null::text, jsonb_build_array(r.id)
    from core.shipping_method r
    where (list_shipping_methods.cursor is null
           or r.id > (list_shipping_methods.cursor ->> 0)::bigint)
          and (list_shipping_methods.region is null
               or r.region = list_shipping_methods.region)
    order by r.id
    limit list_shipping_methods."limit"
$$;

grant select on core.shipping_method to store_api;
