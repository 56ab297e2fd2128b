-- The caller's orders, the newest first: GET /me/orders.

create or replace function api.list_my_orders(
        status text, "limit" int, cursor jsonb, count text, language text,
        principal jsonb)
    returns setof core.order_document
language plpgsql stable set search_path = core, pg_temp as $$
begin
    return query
    select l.* from core.orders_list(
        (list_my_orders.principal ->> 'sub')::uuid, list_my_orders.status,
        null, null, null, list_my_orders."limit", list_my_orders.cursor,
        list_my_orders.count, list_my_orders.language) l;
end
$$;

grant select on core.orders, core.order_item, core.order_promotion,
                core.order_status to store_api;
