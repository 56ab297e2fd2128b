-- GET /usersLogin: the caller's light card, nothing sealed in it; its version
-- is the ETag.

create or replace function api.get_users_login(principal jsonb)
    returns table (id uuid, name text, email text, roles text[],
                   active boolean, version bigint)
language sql stable as $$
    select c.id, c.name, c.email, c.roles, c.active, c.version
    from core.user_card c
    where c.id = core.subject(get_users_login.principal)
$$;

grant select on core.user_card to identity_api;
