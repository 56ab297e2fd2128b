-- GET /customers/{id}: a customer; oneself, or anybody with customers:read.

create or replace function api.get_customer(id uuid, principal jsonb)
    returns setof core.user_card
language sql stable as $$
    select c.* from core.user_card c
    where c.id = get_customer.id and 'customer' = any (c.roles)
          and (c.id = core.subject(get_customer.principal)
               or core.has_scope(get_customer.principal, 'customers:read'))
$$;

grant select on core.user_card to identity_api;
