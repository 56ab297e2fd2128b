-- An import as it is answered: progress in percent, where its errors are.

create or replace function api.import_shown(i core.import)
    returns setof api.import
language sql stable as $$
    select i.id, i.status, i.format, i.dry_run, i.filename, i.options,
           i.columns, i.rows, i.items, least(i.items,
               i.created + i.updated + i.unchanged), i.created, i.updated,
           i.unchanged, i.refused,
           case when i.status = 'done' then 100
                when i.batches > 0 then 10 + 90 * i.batch / i.batches
                when i.status = 'checking' then 5 else 0 end,
           i.error,
           case when i.refused > 0
                then '/api/v1/admin/imports/' || i.id || '/errors.csv' end,
           i.created_at, i.finished_at, i.version
$$;
