-- GET /me: the caller.

create or replace function api.get_me(principal jsonb)
    returns setof core.user_card
language sql stable as $$
    select c.* from core.user_card c
    where c.id = core.subject(get_me.principal)
$$;

grant select on core.user_card to identity_api;
