-- Deletes a price list: DELETE /price-lists/{id}, for catalog:write.
-- What was sold under it stays as it was.
-- Raises: CM404 not_found, CM412 version_mismatch.

create or replace function api.delete_price_list(
        id bigint, expected_version bigint, principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_delete('price_list', 'id', delete_price_list.id::text,
                            delete_price_list.expected_version);
end
$$;
