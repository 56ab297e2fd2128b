-- The file is staged whole: the import may go on. Called by the handler of
-- POST /admin/imports after its COPY was committed.

create or replace function api.stage_import(id uuid, rows bigint)
    returns table (status text)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return query
    update core.import i
    set status = 'checking', rows = stage_import.rows,
        version = i.version + 1, updated_at = now()
    where i.id = stage_import.id and i.status = 'staging'
    returning i.status;
end
$$;
