-- POST /auth/logout-all: ends every session of the caller.
--
-- Locks: the caller's sessions.

create or replace function api.logout_all(principal jsonb)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select 204, core.end_sessions(core.subject(logout_all.principal),
                                  'logout_all');
end
$$;
