-- Makes or renames a tax class: PUT /tax/classes/{code}, for settings:write.
-- Raises: CM412 version_mismatch.
-- Locks: the class.

create or replace function api.put_tax_class(
        code text, body jsonb, expected_version bigint, principal jsonb)
    returns setof api.tax_class
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    old  core.tax_class;
begin
    insert into core.tax_class (code, name)
    values (put_tax_class.code, put_tax_class.body ->> 'name')
    on conflict do nothing;

    if found then
        return query
        select r.code, r.name, r.version, r.updated_at, 201, null::jsonb
        from core.tax_class r where r.code = put_tax_class.code;
        return;
    end if;

    select r.* into strict old from core.tax_class r
    where r.code = put_tax_class.code for update;

    perform core.check_version(old.version, put_tax_class.expected_version);

    return query
    update core.tax_class r
    set name = put_tax_class.body ->> 'name', version = r.version + 1,
        updated_at = now()
    where r.code = put_tax_class.code
    returning r.code, r.name, r.version, r.updated_at, 200, null::jsonb;
end
$$;
