-- Whether an order is the caller's: of a customer by who he is, of a guest by
-- the cart that it was made of, whose id nobody else knows.

create or replace function core.order_mine(o core.orders, principal jsonb)
    returns boolean
language sql stable as $$
    select case when o.customer_id is not null
           then o.customer_id = (principal ->> 'sub')::uuid
           else exists (select from core.cart c
                        where c.id = (principal ->> 'cart')::uuid
                              and c.order_id = o.id
                              and c.customer_id is null) end
$$;
