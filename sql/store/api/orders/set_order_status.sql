-- Moves an order to another status: PUT /orders/{id}, for orders:write.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 illegal_transition with `allowed`.
-- Locks: the order, then stock levels in key order.

create or replace function api.set_order_status(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(set_order_status.id, set_order_status.principal,
                         set_order_status.expected_version);

    perform core.order_move(
        o, core.order_status_named(set_order_status.body ->> 'status'),
        set_order_status.principal, set_order_status.body ->> 'note');

    return query select * from api.get_order(
        o.id::text, set_order_status.principal, set_order_status.language);
end
$$;
