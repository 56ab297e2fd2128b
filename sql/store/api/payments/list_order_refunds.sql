-- The refunds of an order, the first first: GET /orders/{id}/refunds. For
-- those who may see the order; empty for everybody else.

create or replace function api.list_order_refunds(
        id text, "limit" int, cursor jsonb, principal jsonb)
    returns table (id uuid, payment_id uuid, order_id uuid, return_id uuid,
                   credit_id uuid, parent_id uuid,
                   amount jsonb, shipping jsonb, items jsonb,
                   status text, reason text, reference text, error text,
                   actor_id uuid, created_at timestamptz,
                   updated_at timestamptz, version bigint, _cursor jsonb)
language sql stable as $$
    select r.id, r.payment_id, r.order_id, r.return_id,
           r.credit_id, r.parent_id,
           core.money(r.amount, r.currency),
           core.money(r.shipping, r.currency), core.refund_items_shown(r),
           r.status, r.reason, r.reference, r.error, r.actor_id,
           r.created_at, r.updated_at, r.version, jsonb_build_array(r.id)
    from core.refund r
    join core.orders o on o.id = r.order_id
    where o.id = core.order_id(list_order_refunds.id)
          and (o.customer_id
               = (list_order_refunds.principal ->> 'sub')::uuid
               or core.has_scope(list_order_refunds.principal,
                                 'orders:read'))
          and (list_order_refunds.cursor is null
               or r.id > (list_order_refunds.cursor ->> 0)::uuid)
    order by r.id
    limit list_order_refunds."limit"
$$;

grant select on core.refund, core.refund_item, core.orders to store_api;
