-- POST /users/{id}/activate: lets a user in again.
--
-- Raises: CM404 user_not_found.
-- Locks: the user.

create or replace function api.activate_user(id uuid, principal jsonb)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u      core.users;
    revoke text[];
begin
    u := core.lock_user(activate_user.id, null);
    revoke := core.set_active(u, true);

    return query
    select 200, null::text, revoke, c.*
    from core.user_card c where c.id = u.id;
end
$$;
