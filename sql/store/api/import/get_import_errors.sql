-- The file of errors: corrected, it can be sent again as it is.
-- GET /admin/imports/{id}/errors.csv

create or replace function api.get_import_errors(id uuid, language text,
                                                 principal jsonb)
    returns table (_filename text, _stream text)
language sql stable as $$
    select 'errors.csv', format('select * from core.export_refusals(%L, %L)',
                                i.id, get_import_errors.language)
    from core.import i
    where i.id = get_import_errors.id
$$;

grant select on core.import, core.import_refusal, core.import_message
    to store_api;
