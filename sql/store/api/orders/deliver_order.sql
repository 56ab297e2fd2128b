-- Records that an order arrived: POST /orders/{id}/deliver, for orders:write.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 illegal_transition with `allowed`.
-- Locks: the order.

create or replace function api.deliver_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(deliver_order.id, deliver_order.principal,
                         deliver_order.expected_version);

    perform core.order_move(o, 'delivered', deliver_order.principal,
                            deliver_order.body ->> 'note');

    return query select * from api.get_order(
        o.id::text, deliver_order.principal, deliver_order.language);
end
$$;
