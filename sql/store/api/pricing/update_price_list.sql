-- Changes a price list: PATCH /price-lists/{id}, for catalog:write.
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 already_exists,
--   CM422 inconsistent_fields.

create or replace function api.update_price_list(
        id bigint, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.price_list
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    made  jsonb := core.row_update('price_list', 'id',
                       update_price_list.id::text,
                       update_price_list.body,
                       update_price_list.expected_version);
begin
    return query
    select r.id, r.code, r.name, r.currency::text, r.priority, r.active,
           r.starts_at, r.ends_at, r.version, r.created_at, r.updated_at,
           null::text, null::jsonb
    from jsonb_populate_record(null::core.price_list, made) r;
end
$$;
