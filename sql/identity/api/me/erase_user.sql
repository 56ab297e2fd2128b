-- DELETE /me, DELETE /users/{id}: the person is forgotten, the id stays.
-- Called by the handlers delete_me and delete_user, which have asked the
-- store for open orders before.
--
-- Answers: what to refuse from now on.
-- Raises: CM403 forbidden, CM404 user_not_found, CM409 last_admin, CM412
-- version_mismatch.
-- Locks: the user, role admin, the sessions.

create or replace function api.erase_user(id uuid, principal jsonb,
                                          expected_version bigint)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    if erase_user.id <> core.subject(erase_user.principal)
       and not core.has_scope(erase_user.principal, 'users:write')
    then
        perform core.fail('forbidden', 403);
    end if;

    u := core.lock_user(erase_user.id, erase_user.expected_version);

    return query
    select 204, core.erase_user(u, core.subject(erase_user.principal));
end
$$;
