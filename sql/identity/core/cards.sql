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
