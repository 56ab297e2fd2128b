-- Orders, the newest first: GET /orders. Customers see their own, staff with
-- orders:read all, or those of the customer they ask for.
-- Raises: CM403 forbidden (a customer asks for another's).

create or replace function api.list_orders(
        status text, customer_id uuid, placed_from timestamptz,
        placed_to timestamptz, reference text, shortfall boolean,
        fulfilment_status text, "limit" int, cursor jsonb, count text, language text,
        principal jsonb)
    returns setof core.order_document
language plpgsql stable set search_path = core, pg_temp as $$
declare
    caller  uuid := (list_orders.principal ->> 'sub')::uuid;
    staff   boolean := core.has_scope(list_orders.principal, 'orders:read');
begin
    if not staff and list_orders.customer_id <> caller then
        perform core.fail('forbidden', 403);
    end if;

    return query
    select l.* from core.orders_list(
        case when staff then list_orders.customer_id else caller end,
        list_orders.status, list_orders.placed_from, list_orders.placed_to,
        list_orders.reference, list_orders."limit", list_orders.cursor,
        list_orders.count, list_orders.language, list_orders.shortfall,
        list_orders.fulfilment_status) l;
end
$$;

grant select on core.orders, core.order_item, core.order_promotion,
                core.order_status to store_api;
