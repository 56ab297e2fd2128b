-- Customers as a file: GET /admin/exports/customers. What the gateway sealed
-- (telephone, tax id, addresses) is not in it.

create or replace function api.export_customers(separator text,
                                                principal jsonb)
    returns table (_filename text, _stream text)
language sql stable as $$
    select 'customers.csv', format('select * from core.export_customers(%L)',
                                   export_customers.separator)
$$;

grant select on core.user_card, core.user_role to identity_api;
