-- What an administrator changes of a user: what the body names. Other roles
-- and deactivation end the sessions, so that the next token says the truth.

create or replace function core.change_user(id uuid, body jsonb,
                                            expected_version bigint)
    returns text[]
language plpgsql as $$
declare
    u      core.users;
    revoke text[] := '{}';
begin
    u := core.lock_user(change_user.id, change_user.expected_version);
    perform core.patch_user(u, body);

    if body ? 'roles' and core.set_roles(u.id, body -> 'roles') then
        update core.users x
        set version = x.version + 1, updated_at = now()
        where x.id = u.id;
        revoke := core.end_sessions(u.id, 'roles');
    end if;

    if body ? 'active' then
        revoke := revoke || core.set_active(u, (body ->> 'active')::boolean);
    end if;

    return revoke;
end
$$;
