-- Imports, newest first: GET /admin/imports. Ids are made in order of time.

create or replace function api.list_imports("limit" int, cursor jsonb,
                                            count text, principal jsonb)
    returns table (id uuid, status text, format text, dry_run boolean,
                   filename text, rows bigint, items bigint, created bigint,
                   updated bigint, unchanged bigint, refused bigint,
                   error jsonb, created_at timestamptz,
                   finished_at timestamptz, _cursor jsonb, _total bigint)
language sql stable as $$
    select i.id, i.status, i.format, i.dry_run, i.filename, i.rows, i.items,
           i.created, i.updated, i.unchanged, i.refused, i.error,
           i.created_at, i.finished_at, jsonb_build_array(i.id),
           case when list_imports.count <> 'none'
                then (select count(*) from core.import) end
    from core.import i
    where list_imports.cursor is null
          or i.id < (list_imports.cursor ->> 0)::uuid
    order by i.id desc
    limit list_imports."limit"
$$;
