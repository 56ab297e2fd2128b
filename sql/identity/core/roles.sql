-- Makes a role, or changes one; answers whether it is new and which sessions
-- end: those of its users, if it lost a scope.

create or replace function core.put_role(name text, description text,
                                         wanted text[], expected bigint,
                                         out fresh boolean,
                                         out revoke text[])
language plpgsql as $$
#variable_conflict use_column
declare
    present core.role;
begin
    revoke := '{}';

    select r.* into present from core.role r
    where r.name = put_role.name for update;
    fresh := not found;

    if fresh then
        perform core.check_version(0, put_role.expected);
        insert into core.role (name, description, scopes)
        values (put_role.name, put_role.description, put_role.wanted);
        return;
    end if;

    perform core.check_version(present.version, put_role.expected);

    if present.name = 'admin'
       and not wanted @> '{users:read,users:write,roles:write,admin}'
    then
        perform core.fail_at('admin_needs_scopes', 409, '/scopes');
    end if;

    update core.role r
    set description = put_role.description, scopes = put_role.wanted,
        version = r.version + 1, updated_at = now()
    where r.name = put_role.name;

    if not present.scopes <@ wanted then
        select coalesce(array_agg(t.id), '{}') into revoke
        from core.user_role ur,
             unnest(core.end_sessions(ur.user_id, 'roles')) as t(id)
        where ur.role = put_role.name;
    end if;
end
$$;
