-- DELETE /me/sessions: ends every session of the caller but this one.
--
-- Locks: the sessions.

create or replace function api.delete_sessions(principal jsonb)
    returns table (_status int, _revoke text[])
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select 204, core.end_sessions(core.subject(delete_sessions.principal),
                                  'ended',
                                  (delete_sessions.principal
                                   ->> 'sid')::uuid);
end
$$;
