-- An order by id or number: GET /orders/{id}. Its buyer sees it, and staff
-- with orders:read; for everybody else it does not exist.

create or replace function api.get_order(id text, principal jsonb,
                                         language text)
    returns setof core.order_document
language sql stable as $$
    select d.*
    from core.orders o
    cross join lateral core.order_documents(o, get_order.language) d
    where o.id = core.order_id(get_order.id)
          and (o.customer_id = (get_order.principal ->> 'sub')::uuid
               or core.has_scope(get_order.principal, 'orders:read'))
$$;

grant select on core.orders, core.order_item, core.order_promotion,
                core.order_status to store_api;
