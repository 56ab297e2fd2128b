-- GET /analytics/sales, for reports:read: what was sold in each period, all of
-- it or by product, customer, region or category.
--
-- Raises: CM400 invalid_parameter.

create or replace function api.list_sales(
        granularity text, "from" date, "to" date, group_by text,
        currency text, "limit" int, cursor jsonb, principal jsonb)
    returns table (period date, key text, name text, orders bigint,
                   pieces bigint, gross jsonb, discount jsonb, shipping jsonb,
                   tax jsonb, tax_included jsonb, total jsonb, refunded jsonb,
                   net jsonb, canceled_orders bigint, canceled jsonb,
                   _cursor jsonb)
language sql stable as $$
    select r.period, r.key, r.name, r.orders, r.pieces,
           core.money(r.gross, r.unit),
           core.money(r.discount, r.unit),
           core.money(r.shipping, r.unit),
           core.money(r.tax, r.unit),
           core.money(r.tax_included, r.unit),
           core.money(r.total, r.unit),
           core.money(r.refunded, r.unit),
           core.money(r.net, r.unit), r.canceled_orders,
           core.money(r.canceled, r.unit),
           jsonb_build_array(r.period, r.net, coalesce(r.key, ''))
    from core.sales_report(list_sales.granularity, list_sales."from",
                           list_sales."to", list_sales.group_by,
                           list_sales.currency, list_sales."limit",
                           list_sales.cursor) r
$$;
