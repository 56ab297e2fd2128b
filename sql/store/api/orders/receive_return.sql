-- Goods came back: POST /orders/{id}/returns/{return_id}/receive,
-- for orders:write.
--
-- Raises: CM404 order_not_found, CM404 return_not_found, CM412
--   version_mismatch, CM409 return_closed with `return_status`, CM422
--   unknown_item, CM409 not_returnable, CM404 location_not_found.
-- Locks: the order, the return, then stock levels in key order.

create or replace function api.receive_return(
        id text, return_id uuid, body jsonb, expected_version bigint,
        principal jsonb)
    returns table (version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    actor  uuid := (receive_return.principal ->> 'sub')::uuid;
    asked  jsonb := coalesce(receive_return.body, '{}');
    o      core.orders;
    t      core.order_return;
begin
    o := core.order_take(receive_return.id, receive_return.principal, null);
    t := core.return_take(o, receive_return.return_id,
                          receive_return.expected_version,
                          '{requested,approved}');

    update core.order_return x
    set version = x.version + 1, updated_at = now(),
        status = 'received', received_at = now(),
        note = coalesce(asked ->> 'note', x.note)
    where x.id = t.id;

    perform core.return_receive(
        o, t, asked -> 'items',
        coalesce((asked ->> 'restock')::boolean, true),
        coalesce((asked ->> 'location_id')::bigint, 1),
        coalesce(asked ->> 'loss', 'damage'), actor);

    perform core.return_changed(t.id, 'return.received', actor,
                                asked ->> 'note');

    return query
    select x.version, core.return_document(x)
    from core.order_return x where x.id = t.id;
end
$$;
