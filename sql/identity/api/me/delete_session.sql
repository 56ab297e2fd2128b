-- DELETE /me/sessions/{id}: ends one of the caller's sessions.
--
-- Raises: CM404 session_not_found (also for somebody else's).
-- Locks: the session.

create or replace function api.delete_session(id uuid, principal jsonb)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    update core.session s set revoked_at = now(), reason = 'ended'
    where s.id = delete_session.id and s.revoked_at is null
          and s.user_id = core.subject(delete_session.principal);

    if not found then
        perform core.fail('session_not_found', 404);
    end if;

    return query select 204, array['sid:' || delete_session.id];
end
$$;
