-- PUT /roles/{name}: makes or changes a role. Whoever loses a scope by it has
-- to log in again. The administrator's role keeps what administering needs.
--
-- Raises: CM409 admin_needs_scopes, CM412 version_mismatch.
-- Locks: the role, the sessions of its users.

create or replace function api.put_role(role text, body jsonb,
                                        principal jsonb,
                                        expected_version bigint)
    returns table (_status int, _location text, _revoke text[],
                   name text, description text, scopes text[],
                   built_in boolean, version bigint,
                   created_at timestamptz, updated_at timestamptz)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    wanted text[] := array(select distinct
                               jsonb_array_elements_text(body -> 'scopes')
                           order by 1);
    made   record;
begin
    made := core.put_role(put_role.role, coalesce(body ->> 'description', ''),
                          wanted, put_role.expected_version);

    return query
    select case when made.fresh then 201 else 200 end,
           '/api/v1/roles/' || r.name, made.revoke, r.name, r.description,
           r.scopes, r.built_in, r.version, r.created_at, r.updated_at
    from core.role r where r.name = put_role.role;
end
$$;
