-- What an access token says of a user; the gateway adds the rest.

create or replace function core.claims_of(u core.users) returns jsonb
language sql stable as $$
    select jsonb_build_object(
               'sub', u.id, 'name', u.name, 'email', u.email,
               'roles', array(select r.role from core.user_role r
                              where r.user_id = u.id order by r.role),
               'scope', array_to_string(core.scopes_of(u.id), ' '))
$$;


-- The card that a login answers with: who it is, nothing sealed.

create or replace function core.user_json(id uuid) returns jsonb
language sql stable as $$
    select jsonb_build_object(
               'id', c.id, 'name', c.name, 'email', c.email,
               'roles', c.roles, 'active', c.active,
               'email_confirmed', c.email_confirmed, 'version', c.version,
               'created_at', core.rfc3339(c.created_at))
    from core.user_card c where c.id = user_json.id
$$;
