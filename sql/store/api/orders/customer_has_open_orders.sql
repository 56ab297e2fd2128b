-- Whether somebody still waits for something: an order that is neither
-- delivered nor given up. Asked by the handlers delete_me and delete_user
-- before an account is erased.

create or replace function api.customer_has_open_orders(customer_id uuid)
    returns table (open boolean)
language sql stable as $$
    select exists (select from core.orders o
                   where o.customer_id = customer_has_open_orders.customer_id
                         and o.kind = 'sale'
                         and o.status in ('pending', 'stock_shortfall',
                                          'paid', 'shipped'))
$$;

grant select on core.orders to store_api;
