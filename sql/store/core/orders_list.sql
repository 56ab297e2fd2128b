-- A page of orders, the newest first: UUIDv7 ids are in order of placing, so
-- each filter walks one index backwards. Null filters are left out of the
-- statement, so that each combination gets the plan it deserves.

create or replace function core.orders_list(
        customer uuid, status text, placed_from timestamptz,
        placed_to timestamptz, reference text, size integer, cursor jsonb,
        count text, language text, shortfall boolean default null,
        progress text default null)
    returns setof core.order_document
language plpgsql stable as $$
declare
    rows   text := 'select o.* from core.orders o where true';
    total  bigint;
begin
    if customer is not null then
        rows := rows || format(' and o.customer_id = %L', customer);
    end if;

    if status is not null then
        rows := rows || format(' and o.status = %L',
                               core.order_status_named(status));
    end if;

    if placed_from is not null then
        rows := rows || format(' and o.id >= %L', core.uuid_at(placed_from));
    end if;

    if placed_to is not null then
        rows := rows || format(' and o.id < %L', core.uuid_at(placed_to));
    end if;

    if reference is not null then
        rows := rows || format(' and o.reference = %L', reference);
    end if;

    if progress is not null then
        rows := rows || format(' and o.fulfilment_status = %L', progress);
    end if;

    if shortfall then
        rows := rows || ' and o.status in (''pending'', ''stock_shortfall'','
                        ' ''paid'') and o.id in (select i.order_id'
                        ' from core.order_item i where i.short > 0)';
    end if;

    if count = 'exact' then
        execute format('select count(*) from (%s) o', rows) into total;
    elsif count = 'estimated' then
        total := core.estimate(rows);
    end if;

    if cursor is not null then
        rows := rows || format(' and o.id < %L', (cursor ->> 0)::uuid);
    end if;

    return query execute format(
        'select d.id, d.number, d.status, d.status_label, d.kind, '
        '       d.customer_id, d.name, d.email, d.region, d.items, '
        '       d.subtotal, d.discount_total, d.shipping_total, d.tax_total, '
        '       d.total, d.shipping_method, d.shipping_address, '
        '       d.payment_method, d.payment_reference, d.reference, '
        '       d.tracking, d.placed_at, d.updated_at, d.version, '
        '       jsonb_build_array(d.id), %L::bigint, '
        '       d.shipping_discount, d.tax_included, d.promotions, '
        '       d.fulfilment_status, d.canceled_total '
        'from (%s order by o.id desc limit %s) o '
        'cross join lateral core.order_documents(o, %L) d '
        'order by d.id desc',
        total, rows, coalesce(size, 21), language);
end
$$;
