-- Orders as a file, a row a line: GET /admin/exports/orders.

create or replace function api.export_orders(status text,
                                             placed_from timestamptz,
                                             placed_to timestamptz,
                                             separator text, principal jsonb)
    returns table (_filename text, _stream text)
language sql stable as $$
    select 'orders.csv', format(
        'select * from core.export_orders(%L, %L, %L, %L)',
        core.order_status_named(export_orders.status),
        export_orders.placed_from, export_orders.placed_to,
        export_orders.separator)
$$;

grant select on core.orders, core.order_item, core.order_status to store_api;
