-- Makes a shipping method: POST /shipping/methods, for settings:write.
-- Raises: CM409 already_exists, CM422 inconsistent_fields.

create or replace function api.create_shipping_method(body jsonb, principal jsonb)
    returns setof api.shipping_method
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_insert('shipping_method',
                       create_shipping_method.body);
begin
    return query
    select r.id, r.code, r.name, r.region, r.currency::text, r.base_amount,
           r.kilo_amount, r.free_from, r.weight_from, r.weight_to,
           r.value_from, r.value_to, r.days_min, r.days_max, r.tax_class,
           r.position, r.active, r.version, r.updated_at,
           '/api/v1/shipping/methods/' || r.id, null::jsonb
    from jsonb_populate_record(null::core.shipping_method, made) r;
end
$$;
