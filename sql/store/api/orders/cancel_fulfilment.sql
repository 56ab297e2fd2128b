-- A parcel comes back before it arrived: POST
-- /orders/{id}/fulfilments/{fulfilment_id}/cancel, for orders:write. Its goods
-- are in the stock again, held by the order, which is not shipped any more.
--
-- Raises: CM404 order_not_found, CM404 fulfilment_not_found, CM412
--   version_mismatch, CM409 fulfilment_closed (it arrived, or was canceled
--   already), CM409 illegal_transition (the order was refunded).
-- Locks: the order, the fulfilment, then stock levels in key order.

create or replace function api.cancel_fulfilment(
        id text, fulfilment_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    o  core.orders;
    f  core.fulfilment;
begin
    o := core.order_take(cancel_fulfilment.id, cancel_fulfilment.principal,
                         null);
    f := core.fulfilment_take(o, cancel_fulfilment.fulfilment_id,
                              cancel_fulfilment.expected_version);

    if f.status <> 'shipped' then
        perform core.fail('fulfilment_closed', 409);
    elsif o.status not in ('paid', 'shipped') then
        perform core.fail('illegal_transition', 409, jsonb_build_object(
            'order_status', o.status, 'allowed', '[]'::jsonb));
    end if;

    perform core.fulfilment_back(
        o, f, (cancel_fulfilment.principal ->> 'sub')::uuid,
        cancel_fulfilment.body ->> 'note');

    return query
    select x.version, core.fulfilment_document(x)
    from core.fulfilment x where x.id = f.id;
end
$$;
