-- GET /me/sessions: where the caller is logged in, newest first.

create or replace function api.list_sessions(principal jsonb, "limit" int,
                                             cursor jsonb)
    returns table (id uuid, user_agent text, address text, current boolean,
                   created_at timestamptz, last_used_at timestamptz,
                   expires_at timestamptz, _cursor jsonb)
language sql stable as $$
    select s.id, s.user_agent, s.address,
           s.id::text = list_sessions.principal ->> 'sid', s.created_at,
           s.last_used_at, s.expires_at, jsonb_build_array(s.id)
    from core.session s
    where s.user_id = core.subject(list_sessions.principal)
          and s.revoked_at is null and s.expires_at > now()
          and (list_sessions.cursor is null
               or s.id < (list_sessions.cursor ->> 0)::uuid)
    order by s.id desc
    limit list_sessions."limit"
$$;

grant select on core.session to identity_api;
