-- Sessions that ended in the last so many seconds: gateways ask for them when
-- they start with empty memory, and every few seconds for those that another
-- gateway or psql has ended.

create or replace function api.revoked_sessions(seconds int)
    returns table (subject text)
language sql stable as $$
    select 'sid:' || s.id from core.session s
    where s.revoked_at > now() - make_interval(secs => seconds)
$$;

grant select on core.session to identity_api;
