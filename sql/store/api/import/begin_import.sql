-- Begins an import, when the header of its file was read: POST /admin/imports,
-- called by its handler. Rows are then copied into core.import_row.
--
-- Raises: unknown_column, duplicate_column, missing_column (422),
--         unknown_location (422).

create or replace function api.begin_import(id uuid, format text, media text,
                                            dry_run boolean, filename text,
                                            options jsonb, columns text[],
                                            principal jsonb)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    if options ? 'location_id'
       and not exists (select from core.location l
                       where l.id = (options ->> 'location_id')::bigint)
    then
        perform core.fail('unknown_location', 422);
    end if;

    if media = 'csv' then
        perform core.import_check_header(columns, format,
                    coalesce((options ->> 'ignore_unknown')::boolean, false));
    end if;

    insert into core.import (id, format, media, dry_run, filename, options,
                             columns, actor_id)
    values (begin_import.id, begin_import.format, begin_import.media,
            coalesce(begin_import.dry_run, false), begin_import.filename,
            jsonb_strip_nulls(begin_import.options), begin_import.columns,
            (begin_import.principal ->> 'sub')::uuid);

    perform core.audit('import', begin_import.id::text, 'import', 'insert',
                       null, jsonb_strip_nulls(jsonb_build_object(
                           'format', format, 'dry_run', dry_run,
                           'filename', filename)));
end
$$;


-- What the gateway may do with staged rows: add some.
grant insert on core.import_row to store_api;
