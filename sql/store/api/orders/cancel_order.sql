-- Cancels an order: POST /orders/{id}/cancel, for its buyer or orders:write.
-- The reservation is given back once, however many ask.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 illegal_transition with `allowed`.
-- Locks: the order, then stock levels in key order.

create or replace function api.cancel_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(cancel_order.id, cancel_order.principal,
                         cancel_order.expected_version);

    perform core.order_move(o, 'canceled', cancel_order.principal,
                            cancel_order.body ->> 'reason');

    return query select * from api.get_order(
        o.id::text, cancel_order.principal, cancel_order.language);
end
$$;
