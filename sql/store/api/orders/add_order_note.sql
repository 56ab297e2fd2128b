-- Adds a note to an order's history: POST /orders/{id}/notes, for
-- orders:write.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch.
-- Locks: the order.

create or replace function api.add_order_note(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(add_order_note.id, add_order_note.principal,
                         add_order_note.expected_version);

    perform core.order_changed(o.id, 'order.noted', o.status,
                               (add_order_note.principal ->> 'sub')::uuid,
                               add_order_note.body ->> 'note', null);
    perform core.audit('order', o.id::text, 'order_event', 'insert', null,
                       jsonb_build_object('type', 'order.noted',
                                          'version', o.version + 1));

    return query select * from api.get_order(
        o.id::text, add_order_note.principal, add_order_note.language);
end
$$;
