-- Goods are to come back: POST /orders/{id}/returns, by the buyer, who asks
-- within the time of setting returns.window, or by orders:write, who has agreed
-- thereby. Only what was delivered comes back, and no unit twice.
--
-- Raises: CM404 order_not_found, CM409 return_too_late, CM422 unknown_item,
--   CM409 not_returnable with `errors`.
-- Locks: the order.

create or replace function api.create_order_return(
        id text, body jsonb, principal jsonb)
    returns table (_status int, _location text, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := create_order_return.body;
    actor  uuid := (create_order_return.principal ->> 'sub')::uuid;
    staff  boolean := core.has_scope(create_order_return.principal,
                                     'orders:write');
    o      core.orders;
    made   uuid;
begin
    o := core.order_take(create_order_return.id,
                         create_order_return.principal, null);

    if not staff and not core.return_window_open(o.id) then
        perform core.fail('return_too_late', 409);
    end if;

    made := core.return_put(o, asked -> 'items', asked ->> 'reason',
                            case when staff then asked ->> 'note' end, actor,
                            case when staff then 'approved'
                            else 'requested' end);

    return query
    select 201, '/api/v1/orders/' || o.id || '/returns', t.version,
           core.return_document(t)
    from core.order_return t where t.id = made;
end
$$;
