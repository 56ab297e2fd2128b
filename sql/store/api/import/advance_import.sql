-- Moves an import one step on (core.import_advance); its driver repeats that
-- until `status` is done or failed.

create or replace function api.advance_import(id uuid)
    returns setof core.import
language sql volatile security definer set search_path = core, pg_temp as $$
    select * from core.import_advance(advance_import.id)
$$;
