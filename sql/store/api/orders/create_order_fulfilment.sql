-- Goods of an order leave, all that is left of it or some lines: POST
-- /orders/{id}/fulfilments, for orders:write. When nothing is left the order
-- is shipped.
--
-- Raises: CM404 order_not_found, CM404 location_not_found, CM422 unknown_item,
--   CM409 illegal_transition with `allowed`, CM409 not_shippable with
--   `errors`, CM409 stock_shortfall, CM409 insufficient_stock with `available`.
-- Locks: the order, then stock levels in key order.

create or replace function api.create_order_fulfilment(
        id text, body jsonb, principal jsonb)
    returns table (_status int, _location text, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := create_order_fulfilment.body;
    o      core.orders;
    made   uuid;
begin
    o := core.order_take(create_order_fulfilment.id,
                         create_order_fulfilment.principal, null);

    perform core.order_may_move(o, 'shipped');

    made := core.fulfilment_put(
        o, coalesce(asked -> 'items', core.order_left(o.id)),
        (asked ->> 'location_id')::bigint, asked,
        (create_order_fulfilment.principal ->> 'sub')::uuid,
        asked ->> 'note');

    return query
    select 201, '/api/v1/orders/' || o.id || '/fulfilments', f.version,
           core.fulfilment_document(f)
    from core.fulfilment f where f.id = made;
end
$$;
