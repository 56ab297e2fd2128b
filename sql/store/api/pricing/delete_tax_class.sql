-- Deletes a tax class that nothing is in: DELETE /tax/classes/{code}, for
-- settings:write.
-- Raises: CM404 not_found, CM412 version_mismatch, CM409 still_used.
-- Locks: the class.

create or replace function api.delete_tax_class(
        code text, expected_version bigint, principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.row_take('tax_class', 'code', delete_tax_class.code,
                          delete_tax_class.expected_version);

    if exists (select from core.tax_rate r
               where r.tax_class = delete_tax_class.code)
       or exists (select from core.shipping_method m
                  where m.tax_class = delete_tax_class.code)
       or exists (select from core.variant v
                  where v.tax_class = delete_tax_class.code)
    then
        perform core.fail('still_used', 409);
    end if;

    delete from core.tax_class c where c.code = delete_tax_class.code;
end
$$;
