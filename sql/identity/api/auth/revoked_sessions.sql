-- Sessions that ended while an access token of theirs may still be alive: a
-- gateway that starts with empty memory refuses them again.

create or replace function api.revoked_sessions()
    returns table (subject text)
language sql stable as $$
    select 'sid:' || s.id from core.session s
    where s.revoked_at > now() - interval '20 minutes'
$$;

grant select on core.session to identity_api;
