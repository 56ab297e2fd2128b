-- Deletes a shipping method: DELETE /shipping/methods/{id}, for settings:write.
-- What was sold under it stays as it was.
-- Raises: CM404 not_found, CM412 version_mismatch.

create or replace function api.delete_shipping_method(
        id bigint, expected_version bigint, principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_delete('shipping_method', 'id', delete_shipping_method.id::text,
                            delete_shipping_method.expected_version);
end
$$;
