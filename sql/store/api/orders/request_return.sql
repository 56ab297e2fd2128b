-- A guest asks to give something back: POST /orders/track/returns, for whoever
-- knows the number of a guest's order and the address it was placed with.
-- Within the time of setting returns.window, as buyers with an account.
--
-- Raises: CM404 order_not_found, CM409 return_too_late, CM422 unknown_item,
--   CM409 not_returnable with `errors`.
-- Locks: the order.

create or replace function api.request_return(body jsonb)
    returns table (_status int, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := request_return.body;
    o      core.orders;
    made   uuid;
begin
    o := core.order_tracked(asked);

    if not core.return_window_open(o.id) then
        perform core.fail('return_too_late', 409);
    end if;

    made := core.return_put(o, asked -> 'items', asked ->> 'reason', null,
                            null, 'requested');

    return query
    select 201, r.value
    from core.order_return t
    cross join core.return_tracked(o.id, t.number) r(value)
    where t.id = made;
end
$$;
