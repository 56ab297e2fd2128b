-- Cancels an order: DELETE /orders/{id}. Orders are never erased.
-- Raises and locks: as api.cancel_order.

create or replace function api.delete_order(
        id text, expected_version bigint, principal jsonb, language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return query select * from api.cancel_order(
        delete_order.id, null, delete_order.expected_version,
        delete_order.principal, delete_order.language);
end
$$;
