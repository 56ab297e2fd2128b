-- Deletes a promotion: DELETE /promotions/{id}, for catalog:write.
-- What was sold under it stays as it was.
-- Raises: CM404 not_found, CM412 version_mismatch.

create or replace function api.delete_promotion(
        id bigint, expected_version bigint, principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_delete('promotion', 'id', delete_promotion.id::text,
                            delete_promotion.expected_version);
end
$$;
