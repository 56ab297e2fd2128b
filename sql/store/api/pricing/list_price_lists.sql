-- Price lists in the order in which they were made:
-- GET /price-lists, for catalog:write.

create or replace function api.list_price_lists(
        "limit" int, cursor jsonb, principal jsonb)
    returns setof api.price_list
language sql stable as $$
    select r.id, r.code, r.name, r.currency::text, r.priority, r.active,
           r.starts_at, r.ends_at, r.version, r.created_at, r.updated_at,
           null::text, jsonb_build_array(r.id)
    from core.price_list r
    where (list_price_lists.cursor is null
           or r.id > (list_price_lists.cursor ->> 0)::bigint)
    order by r.id
    limit list_price_lists."limit"
$$;

grant select on core.price_list to store_api;
