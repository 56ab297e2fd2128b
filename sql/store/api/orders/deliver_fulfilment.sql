-- Records that a parcel arrived: POST
-- /orders/{id}/fulfilments/{fulfilment_id}/deliver, for orders:write. With the
-- last one the order is delivered.
--
-- Raises: CM404 order_not_found, CM404 fulfilment_not_found, CM412
--   version_mismatch, CM409 fulfilment_closed (it arrived already, or was
--   canceled).
-- Locks: the order, the fulfilment.

create or replace function api.deliver_fulfilment(
        id text, fulfilment_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    actor  uuid := (deliver_fulfilment.principal ->> 'sub')::uuid;
    o      core.orders;
    f      core.fulfilment;
begin
    o := core.order_take(deliver_fulfilment.id, deliver_fulfilment.principal,
                         null);
    f := core.fulfilment_take(o, deliver_fulfilment.fulfilment_id,
                              deliver_fulfilment.expected_version);

    if f.status <> 'shipped' then
        perform core.fail('fulfilment_closed', 409);
    end if;

    perform core.fulfilment_arrived(f, actor,
                                    deliver_fulfilment.body ->> 'note');

    if o.status = 'shipped'
       and not exists (select from core.order_item i
                       where i.order_id = o.id
                             and i.delivered < i.quantity - i.canceled)
    then
        perform core.order_becomes(o.id, 'delivered', actor, null, null);
    end if;

    return query
    select x.version, core.fulfilment_document(x)
    from core.fulfilment x where x.id = f.id;
end
$$;
