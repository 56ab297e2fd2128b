-- Gives an import up: its upload broke off, or a step keeps failing. What was
-- merged stays merged, product by product whole; the file can be sent again.

create or replace function api.abort_import(id uuid, code text)
    returns table (status text)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    delete from core.import_item t where t.import_id = abort_import.id;
    delete from core.import_row r where r.import_id = abort_import.id;

    return query
    update core.import i
    set status = 'failed',
        error = jsonb_build_object('code', abort_import.code),
        finished_at = now(), version = i.version + 1, updated_at = now()
    where i.id = abort_import.id
          and i.status in ('staging', 'checking', 'merging')
    returning i.status;
end
$$;
