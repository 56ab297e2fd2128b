-- What comes back of an order, the first first: GET /orders/{id}/returns. For
-- those who may see the order; empty for everybody else.

create or replace function api.list_order_returns(
        id text, "limit" int, cursor jsonb, principal jsonb)
    returns setof api.order_return
language sql stable as $$
    select t.id, t.order_id, o.number, t.number, t.status, t.reason, t.note,
           core.return_items_shown(t), t.exchange_order_id,
           core.return_refunded(t), t.actor_id, t.created_at, t.updated_at,
           t.received_at, t.version, jsonb_build_array(t.number)
    from core.orders o
    join core.order_return t on t.order_id = o.id
    where o.id = core.order_id(list_order_returns.id)
          and (o.customer_id
               = (list_order_returns.principal ->> 'sub')::uuid
               or core.has_scope(list_order_returns.principal,
                                 'orders:read'))
          and t.number > coalesce((list_order_returns.cursor ->> 0)::int, 0)
    order by t.number
    limit list_order_returns."limit"
$$;

grant select on core.orders, core.order_item, core.order_return,
                core.order_return_item, core.refund to store_api;
