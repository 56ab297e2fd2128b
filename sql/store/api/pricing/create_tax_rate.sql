-- Makes a tax rate: POST /tax/rates, for settings:write.
-- Raises: CM409 already_exists, CM422 inconsistent_fields.

create or replace function api.create_tax_rate(body jsonb, principal jsonb)
    returns setof api.tax_rate
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_insert('tax_rate',
                       create_tax_rate.body);
begin
    return query
    select r.id, r.region, r.tax_class, r.rate_ppm, r.name, r.inclusive,
           r.version, r.updated_at,
           '/api/v1/tax/rates/' || r.id, null::jsonb
    from jsonb_populate_record(null::core.tax_rate, made) r;
end
$$;
