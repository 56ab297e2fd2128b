-- Tax rates in the order in which they were made:
-- GET /tax/rates, for settings:write.

create or replace function api.list_tax_rates(
        region text, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.tax_rate
language sql stable as $$
    select r.id, r.region, r.tax_class, r.rate_ppm, r.name, r.inclusive,
           r.version, r.updated_at,
           null::text, jsonb_build_array(r.id)
    from core.tax_rate r
    where (list_tax_rates.cursor is null
           or r.id > (list_tax_rates.cursor ->> 0)::bigint)
          and (list_tax_rates.region is null
               or r.region = list_tax_rates.region)
    order by r.id
    limit list_tax_rates."limit"
$$;

grant select on core.tax_rate to store_api;
