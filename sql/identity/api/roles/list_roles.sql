-- GET /roles: every role with its scopes.

create or replace function api.list_roles(principal jsonb, "limit" int,
                                          cursor jsonb)
    returns table (name text, description text, scopes text[],
                   built_in boolean, version bigint,
                   created_at timestamptz, updated_at timestamptz,
                   _cursor jsonb)
language sql stable as $$
    select r.name, r.description, r.scopes, r.built_in, r.version,
           r.created_at, r.updated_at, jsonb_build_array(r.name)
    from core.role r
    where list_roles.cursor is null or r.name > list_roles.cursor ->> 0
    order by r.name
    limit list_roles."limit"
$$;

grant select on core.role to identity_api;
