-- A tax rate: GET /tax/rates/{id}, for settings:write.

create or replace function api.get_tax_rate(id bigint, principal jsonb)
    returns setof api.tax_rate
language sql stable as $$
    select r.id, r.region, r.tax_class, r.rate_ppm, r.name, r.inclusive,
           r.version, r.updated_at,
           null::text, null::jsonb
    from core.tax_rate r
    where r.id = get_tax_rate.id
$$;

grant select on core.tax_rate to store_api;
