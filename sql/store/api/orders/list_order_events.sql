-- The history of an order, the oldest first: GET /orders/{id}/events. For
-- those who may see the order; empty for everybody else. Buyers do not see
-- the notes of staff.

create or replace function api.list_order_events(id text, "limit" int,
                                                 cursor jsonb,
                                                 principal jsonb)
    returns table (version bigint, type text, from_status text,
                   to_status text, actor_id uuid, note text, data jsonb,
                   created_at timestamptz, _cursor jsonb)
language sql stable as $$
    select e.version, e.type, e.from_status, e.to_status, e.actor_id,
           case when core.has_scope(list_order_events.principal,
                                    'orders:read')
                     or e.actor_id
                        = (list_order_events.principal ->> 'sub')::uuid
                then e.note end,
           e.data, e.created_at, jsonb_build_array(e.version)
    from core.orders o
    join core.order_history e on e.order_id = o.id
    where o.id = core.order_id(list_order_events.id)
          and (o.customer_id = (list_order_events.principal ->> 'sub')::uuid
               or core.has_scope(list_order_events.principal, 'orders:read'))
          and e.version > coalesce((list_order_events.cursor ->> 0)::bigint,
                                   0)
    order by e.version
    limit list_order_events."limit"
$$;

grant select on core.orders, core.order_history to store_api;
