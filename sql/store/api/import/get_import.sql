-- One import: GET /admin/imports/{id}.

create or replace function api.get_import(id uuid, principal jsonb)
    returns setof api.import
language sql stable as $$
    select s.*
    from core.import i cross join lateral api.import_shown(i) s
    where i.id = get_import.id
$$;

grant select on core.import to store_api;
