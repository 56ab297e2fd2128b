-- A payment: GET /payments/{id}. Its order's buyer sees it, and staff with
-- orders:read; for everybody else it does not exist.

create or replace function api.get_payment(id uuid, principal jsonb)
    returns table (version bigint, _body jsonb)
language sql stable as $$
    select p.version, core.payment_document(p)
    from core.payment p
    join core.orders o on o.id = p.order_id
    where p.id = get_payment.id
          and (core.order_mine(o, get_payment.principal)
               or core.has_scope(get_payment.principal, 'orders:read'))
$$;

grant select on core.payment, core.orders, core.cart to store_api;
