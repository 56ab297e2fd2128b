-- Other goods are sent for those of a return: POST
-- /orders/{id}/returns/{return_id}/exchange, for orders:write. They are an
-- order of their own, of the same buyer to the same place, paid with what came
-- back: each line costs what the line that it replaces did, and no money of
-- that line goes back any more.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM412
--   version_mismatch, CM409 return_closed (not agreed to), CM409
--   already_exchanged, CM409 already_refunded, CM422 unknown_item, CM409
--   insufficient_stock and what else stands against an order.
-- Locks: the order, the return, then those of api.place_orders.

create or replace function api.exchange_return(
        id text, return_id uuid, body jsonb, expected_version bigint,
        principal jsonb, language text)
    returns table (_status int, _location text, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    actor   uuid := (exchange_return.principal ->> 'sub')::uuid;
    o       core.orders;
    t       core.order_return;
    made    uuid;
begin
    o := core.order_take(exchange_return.id, exchange_return.principal, null);
    t := core.return_take(o, exchange_return.return_id,
                          exchange_return.expected_version,
                          '{approved,received}');

    if t.exchange_order_id is not null then
        perform core.fail('already_exchanged', 409, jsonb_build_object(
            'order_id', t.exchange_order_id));
    end if;

    perform core.refund_lines(o.id, core.return_lines(t));

    made := core.exchange_put(o, t, exchange_return.body -> 'items', actor,
                              exchange_return.language);

    update core.order_item i
    set refunded = i.refunded + r.quantity
    from core.lines_asked(core.return_lines(t)) r
    where i.order_id = o.id and i.position = r.position;

    update core.order_return x
    set exchange_order_id = made, version = x.version + 1,
        updated_at = now()
    where x.id = t.id;

    perform core.return_changed(t.id, 'return.exchanged', actor, null);

    return query
    select 201, '/api/v1/orders/' || made, x.version,
           core.return_document(x)
    from core.order_return x where x.id = t.id;
end
$$;
