-- A price list: GET /price-lists/{id}, for catalog:write.

create or replace function api.get_price_list(id bigint, principal jsonb)
    returns setof api.price_list
language sql stable as $$
    select r.id, r.code, r.name, r.currency::text, r.priority, r.active,
           r.starts_at, r.ends_at, r.version, r.created_at, r.updated_at,
           null::text, null::jsonb
    from core.price_list r
    where r.id = get_price_list.id
$$;

grant select on core.price_list to store_api;
