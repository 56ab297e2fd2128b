-- A shipping method: GET /shipping/methods/{id}, for settings:write.

create or replace function api.get_shipping_method(id bigint, principal jsonb)
    returns setof api.shipping_method
language sql stable as $$
    select r.id, r.code, r.name, r.region, r.currency::text, r.base_amount,
           r.kilo_amount, r.free_from, r.weight_from, r.weight_to,
           r.value_from, r.value_to, r.days_min, r.days_max, r.tax_class,
           r.position, r.active, r.version, r.updated_at,
           null::text, null::jsonb
    from core.shipping_method r
    where r.id = get_shipping_method.id
$$;

grant select on core.shipping_method to store_api;
