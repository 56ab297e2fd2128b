-- POST /users/{id}/deactivate: keeps a user out, from this moment on.
--
-- Raises: CM404 user_not_found, CM409 last_admin.
-- Locks: the user, role admin, the sessions.

create or replace function api.deactivate_user(id uuid, principal jsonb)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u      core.users;
    revoke text[];
begin
    u := core.lock_user(deactivate_user.id, null);
    revoke := core.set_active(u, false);

    return query
    select 200, null::text, revoke, c.*
    from core.user_card c where c.id = u.id;
end
$$;
