-- Logout: ends the session of an access token, a refresh token (SHA-256) or
-- both. Unknown and ended ones are fine. Called by the handler logout.
--
-- Answers: what to refuse from now on.
-- Locks: the sessions.

create or replace function api.close_session(sid uuid, hash bytea)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    return query
    with ended as (
        update core.session s set revoked_at = now(), reason = 'logout'
        where s.revoked_at is null
              and (s.id = close_session.sid
                   or s.id = (select t.session_id from core.refresh_token t
                              where t.hash = close_session.hash))
        returning s.id
    )
    select 204, coalesce(array_agg('sid:' || e.id), '{}') from ended e;
end
$$;
