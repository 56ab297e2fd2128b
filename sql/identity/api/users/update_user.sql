-- PATCH /users/{id}: changes what the body names.
--
-- Raises: CM404 user_not_found, CM409 email_taken, reference_taken,
-- last_admin, CM412 version_mismatch, CM422 unknown_role.
-- Locks: the user, role admin, the sessions.

create or replace function api.update_user(id uuid, body jsonb, principal jsonb,
                                           expected_version bigint)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    revoke text[];
begin
    revoke := core.change_user(update_user.id, body,
                               update_user.expected_version);

    return query
    select 200, null::text, revoke, c.*
    from core.user_card c where c.id = update_user.id;
end
$$;
