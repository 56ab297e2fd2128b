-- Moves an import one step on (core.import_advance); its driver repeats that
-- until `finished`. No row: somebody else is moving it, or it is gone.

create or replace function api.advance_import(id uuid)
    returns table (status text, finished boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return query
    select i.status, i.finished_at is not null
    from core.import_advance(advance_import.id) i
    where i.id is not null;
end
$$;
