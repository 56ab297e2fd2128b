-- Changes a shipping method: PATCH /shipping/methods/{id}, for settings:write.
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 already_exists,
--   CM422 inconsistent_fields.

create or replace function api.update_shipping_method(
        id bigint, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.shipping_method
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_update('shipping_method', 'id',
                       update_shipping_method.id::text,
                       update_shipping_method.body,
                       update_shipping_method.expected_version);
begin
    return query
    select r.id, r.code, r.name, r.region, r.currency::text, r.base_amount,
           r.kilo_amount, r.free_from, r.weight_from, r.weight_to,
           r.value_from, r.value_to, r.days_min, r.days_max, r.tax_class,
           r.position, r.active, r.version, r.updated_at,
           null::text, null::jsonb
    from jsonb_populate_record(null::core.shipping_method, made) r;
end
$$;
