-- GET /customers: pages of customers, for staff.

create or replace function api.list_customers(q text, active boolean,
                                              "limit" int, cursor jsonb,
                                              count text, sort text[],
                                              principal jsonb)
    returns setof api.user_row
language sql stable as $$
    select p.* from core.user_page(list_customers.q, 'customer',
                                   list_customers.active,
                                   list_customers."limit",
                                   list_customers.cursor,
                                   list_customers.count,
                                   list_customers.sort) p
$$;

grant select on core.user_card, core.user_role to identity_api;
