-- What a rehearsed import would change, by line of its file: GET
-- /admin/imports/{id}/changes. The first 500 that differ; none of an import
-- that was no rehearsal.

create or replace function api.list_import_changes(id uuid, "limit" int,
                                                   cursor jsonb,
                                                   principal jsonb)
    returns table (line bigint, sku text, kind text, changes jsonb,
                   _cursor jsonb)
language sql stable as $$
    select c.line, c.sku, c.kind, c.changes, jsonb_build_array(c.line)
    from core.import_change c
    where c.import_id = list_import_changes.id
          and c.line > coalesce((list_import_changes.cursor ->> 0)::bigint, -1)
    order by c.line
    limit list_import_changes."limit"
$$;

grant select on core.import_change to store_api;
