-- Records that an order left: POST /orders/{id}/ship, for orders:write. The
-- reserved goods leave the stock, with rows in the ledger.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 illegal_transition with `allowed`.
-- Locks: the order, then stock levels in key order.

create or replace function api.ship_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o         core.orders;
    parcel    jsonb := nullif(coalesce(ship_order.body, '{}') - 'note', '{}');
begin
    o := core.order_take(ship_order.id, ship_order.principal,
                         ship_order.expected_version);

    perform core.order_move(o, 'shipped', ship_order.principal,
                            ship_order.body ->> 'note', parcel);

    update core.orders u
    set tracking = coalesce(parcel, u.tracking)
    where u.id = o.id;

    return query select * from api.get_order(
        o.id::text, ship_order.principal, ship_order.language);
end
$$;
