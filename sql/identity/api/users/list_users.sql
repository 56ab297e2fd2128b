-- GET /users: pages of users, for administrators.

create or replace function api.list_users(q text, role text, active boolean,
                                          "limit" int, cursor jsonb,
                                          count text, sort text[],
                                          principal jsonb)
    returns setof api.user_row
language sql stable as $$
    select p.* from core.user_page(list_users.q, list_users.role,
                                   list_users.active, list_users."limit",
                                   list_users.cursor, list_users.count,
                                   list_users.sort) p
$$;

grant select on core.user_card, core.user_role to identity_api;
