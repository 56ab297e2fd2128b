-- The payments of an order, the first first: GET /orders/{id}/payments. For
-- those who may see the order; empty for everybody else.

create or replace function api.list_order_payments(
        id text, "limit" int, cursor jsonb, principal jsonb)
    returns table (id uuid, order_id uuid, provider text, flow text,
                   status text, review boolean, amount jsonb, captured jsonb,
                   refunded jsonb, action jsonb, error text, reference text,
                   credit_id uuid,
                   created_at timestamptz, updated_at timestamptz,
                   version bigint, _cursor jsonb)
language sql stable as $$
    select p.id, p.order_id, p.provider, p.flow, p.status, p.review,
           core.money(p.amount, p.currency),
           core.money(p.captured, p.currency),
           core.money(p.refunded, p.currency), p.action, p.error,
           p.reference, p.credit_id, p.created_at, p.updated_at, p.version,
           jsonb_build_array(p.id)
    from core.payment p
    join core.orders o on o.id = p.order_id
    where o.id = core.order_id(list_order_payments.id)
          and (o.customer_id
               = (list_order_payments.principal ->> 'sub')::uuid
               or core.has_scope(list_order_payments.principal,
                                 'orders:read'))
          and (list_order_payments.cursor is null
               or p.id > (list_order_payments.cursor ->> 0)::uuid)
    order by p.id
    limit list_order_payments."limit"
$$;

grant select on core.payment, core.orders to store_api;
