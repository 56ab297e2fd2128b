-- GET /analytics/sales.csv, for reports:read: the report as a file, the names
-- of its columns being those of the JSON.
--
-- Raises: CM400 invalid_parameter.

create or replace function api.export_sales(
        granularity text, "from" date, "to" date, group_by text,
        currency text, separator text, "decimal" text, principal jsonb)
    returns table (_body text)
language sql stable as $$
    select core.csv_line(array['period', 'key', 'name', 'currency', 'orders',
               'pieces', 'gross', 'discount', 'shipping', 'tax',
               'tax_included', 'total', 'refunded', 'net', 'canceled_orders',
               'canceled'], export_sales.separator)
           || coalesce(string_agg(core.csv_line(
               array[r.period::text, r.key, r.name, r.unit,
                     r.orders::text, r.pieces::text]
               || array(select core.csv_money(m.amount, r.unit,
                                              export_sales."decimal")
                        from unnest(array[r.gross, r.discount, r.shipping,
                                          r.tax, r.tax_included, r.total,
                                          r.refunded, r.net])
                             with ordinality m(amount, n) order by m.n)
               || array[r.canceled_orders::text,
                        core.csv_money(r.canceled, r.unit,
                                       export_sales."decimal")],
               export_sales.separator), ''
               order by r.period, -r.net, r.key), '')
    from core.sales_report(export_sales.granularity, export_sales."from",
                           export_sales."to", export_sales.group_by,
                           export_sales.currency, 100000, null) r
$$;
