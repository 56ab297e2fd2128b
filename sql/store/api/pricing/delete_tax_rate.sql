-- Deletes a tax rate: DELETE /tax/rates/{id}, for settings:write.
-- What was sold under it stays as it was.
-- Raises: CM404 not_found, CM412 version_mismatch.

create or replace function api.delete_tax_rate(
        id bigint, expected_version bigint, principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_delete('tax_rate', 'id', delete_tax_rate.id::text,
                            delete_tax_rate.expected_version);
end
$$;
