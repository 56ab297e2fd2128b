-- Imports that nobody moves on: called by each worker now and then, so that a
-- gateway takes over what another, or a worker before it, left behind. Fails
-- uploads that broke off. Whoever drives an import touches it at each step.

create or replace function api.unfinished_imports()
    returns table (id uuid)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform api.abort_import(i.id, 'upload_interrupted')
    from core.import i
    where i.status = 'staging'
          and i.updated_at < now() - interval '1 hour';

    return query
    select i.id from core.import i
    where i.status in ('checking', 'merging')
          and i.updated_at < now() - interval '10 seconds'
    order by i.updated_at
    limit 4;
end
$$;
