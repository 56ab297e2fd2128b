-- A guest does not give something back after all: POST
-- /orders/track/returns/cancel, for whoever knows the number of a guest's order
-- and the address it was placed with.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM409 return_closed
--   with `return_status`.
-- Locks: the order, the return.

create or replace function api.withdraw_return(body jsonb)
    returns table (_body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders := core.order_tracked(withdraw_return.body);
    t  core.order_return;
begin
    t := core.return_take(o, (
             select x.id from core.order_return x
             where x.order_id = o.id
                   and x.number = (withdraw_return.body ->> 'return')::int),
             null, '{requested,approved}');

    perform core.return_decided(t, 'canceled', null, null);

    return query select core.return_tracked(o.id, t.number);
end
$$;
