-- GET /users/{id}: a user; oneself, or anybody with users:read.

create or replace function api.get_user(id uuid, principal jsonb)
    returns setof core.user_card
language sql stable as $$
    select c.* from core.user_card c
    where c.id = get_user.id
          and (c.id = core.subject(get_user.principal)
               or core.has_scope(get_user.principal, 'users:read'))
$$;

grant select on core.user_card to identity_api;
