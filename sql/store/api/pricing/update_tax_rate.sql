-- Changes a tax rate: PATCH /tax/rates/{id}, for settings:write.
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 already_exists,
--   CM422 inconsistent_fields.

create or replace function api.update_tax_rate(
        id bigint, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.tax_rate
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_update('tax_rate', 'id',
                       update_tax_rate.id::text,
                       update_tax_rate.body,
                       update_tax_rate.expected_version);
begin
    return query
    select r.id, r.region, r.tax_class, r.rate_ppm, r.name, r.inclusive,
           r.version, r.updated_at,
           null::text, null::jsonb
    from jsonb_populate_record(null::core.tax_rate, made) r;
end
$$;
