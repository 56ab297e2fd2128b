-- What left for an order, the first first: GET /orders/{id}/fulfilments. For
-- those who may see the order; empty for everybody else.

create or replace function api.list_order_fulfilments(
        id text, "limit" int, cursor jsonb, principal jsonb)
    returns table (id uuid, order_id uuid, number int, status text,
                   carrier text, tracking_code text, tracking_url text,
                   items jsonb, actor_id uuid, created_at timestamptz,
                   updated_at timestamptz, delivered_at timestamptz,
                   canceled_at timestamptz, version bigint, _cursor jsonb)
language sql stable as $$
    select f.id, f.order_id, f.number, f.status, f.carrier, f.tracking_code,
           f.tracking_url, core.fulfilment_document(f) -> 'items',
           f.actor_id, f.created_at, f.updated_at, f.delivered_at,
           f.canceled_at, f.version, jsonb_build_array(f.number)
    from core.orders o
    join core.fulfilment f on f.order_id = o.id
    where o.id = core.order_id(list_order_fulfilments.id)
          and (o.customer_id
               = (list_order_fulfilments.principal ->> 'sub')::uuid
               or core.has_scope(list_order_fulfilments.principal,
                                 'orders:read'))
          and f.number > coalesce(
              (list_order_fulfilments.cursor ->> 0)::int, 0)
    order by f.number
    limit list_order_fulfilments."limit"
$$;

grant select on core.orders, core.order_item, core.fulfilment,
                core.fulfilment_item to store_api;
