-- The tax classes by code: GET /tax/classes, for catalog:write.

create or replace function api.list_tax_classes("limit" int, cursor jsonb,
                                                principal jsonb)
    returns setof api.tax_class
language sql stable as $$
    select r.code, r.name, r.version, r.updated_at, null::int,
           jsonb_build_array(r.code)
    from core.tax_class r
    where list_tax_classes.cursor is null
          or r.code > (list_tax_classes.cursor ->> 0)
    order by r.code
    limit list_tax_classes."limit"
$$;

grant select on core.tax_class to store_api;
