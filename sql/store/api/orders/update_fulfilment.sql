-- Says who carries a parcel, and how to follow it: PATCH
-- /orders/{id}/fulfilments/{fulfilment_id}, a merge patch, for orders:write.
--
-- Raises: CM404 order_not_found, CM404 fulfilment_not_found, CM412
--   version_mismatch, CM409 fulfilment_closed (it was canceled).
-- Locks: the order, the fulfilment.

create or replace function api.update_fulfilment(
        id text, fulfilment_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    patch  jsonb := update_fulfilment.body;
    o      core.orders;
    f      core.fulfilment;
begin
    o := core.order_take(update_fulfilment.id, update_fulfilment.principal,
                         null);
    f := core.fulfilment_take(o, update_fulfilment.fulfilment_id,
                              update_fulfilment.expected_version);

    if f.status = 'canceled' then
        perform core.fail('fulfilment_closed', 409);
    end if;

    update core.fulfilment x
    set carrier = case when patch ? 'carrier' then patch ->> 'carrier'
                       else x.carrier end,
        tracking_code = case when patch ? 'tracking_code'
                             then patch ->> 'tracking_code'
                             else x.tracking_code end,
        tracking_url = case when patch ? 'tracking_url'
                            then patch ->> 'tracking_url'
                            else x.tracking_url end,
        version = x.version + 1, updated_at = now()
    where x.id = f.id;

    perform core.order_changed(
        o.id, 'fulfilment.updated', o.status,
        (update_fulfilment.principal ->> 'sub')::uuid, null,
        core.fulfilment_told(f.id));

    return query
    select x.version, core.fulfilment_document(x)
    from core.fulfilment x where x.id = f.id;
end
$$;
