-- Makes a price list: POST /price-lists, for catalog:write.
-- Raises: CM409 already_exists, CM422 inconsistent_fields.

create or replace function api.create_price_list(body jsonb, principal jsonb)
    returns setof api.price_list
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_insert('price_list',
                       create_price_list.body);
begin
    return query
    select r.id, r.code, r.name, r.currency::text, r.priority, r.active,
           r.starts_at, r.ends_at, r.version, r.created_at, r.updated_at,
           '/api/v1/price-lists/' || r.id, null::jsonb
    from jsonb_populate_record(null::core.price_list, made) r;
end
$$;
