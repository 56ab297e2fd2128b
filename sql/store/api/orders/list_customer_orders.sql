-- A customer's orders, the newest first: GET /customers/{id}/orders, for
-- orders:read.
-- Raises: CM403 forbidden.

create or replace function api.list_customer_orders(
        id uuid, status text, "limit" int, cursor jsonb, count text,
        language text, principal jsonb)
    returns setof core.order_document
language plpgsql stable set search_path = core, pg_temp as $$
begin
    if not core.has_scope(list_customer_orders.principal, 'orders:read') then
        perform core.fail('forbidden', 403);
    end if;

    return query
    select l.* from core.orders_list(
        list_customer_orders.id, list_customer_orders.status, null, null,
        null, list_customer_orders."limit", list_customer_orders.cursor,
        list_customer_orders.count, list_customer_orders.language) l;
end
$$;

grant select on core.orders, core.order_item, core.order_promotion,
                core.order_status to store_api;
