-- Of api.place_orders: orders that staff placed for somebody, or with what
-- only staff may say, are kept in the audit log, each under its own name.

create or replace function core.orders_audit(orders jsonb,
                                             heads core.order_head[])
    returns void
language plpgsql as $$
declare
    made  record;
begin
    for made in
        select o.*, orders_audit.orders -> h.ordinal - 1 -> '_acting' as who
        from unnest(heads) h
        join core.orders o on o.id = h.id
        where h.problem is null and h.lines is not null
              and orders_audit.orders -> h.ordinal - 1 ? '_acting'
        order by h.ordinal
    loop
        perform api.acting(made.who);
        perform core.audit('order', made.id::text, 'orders', 'insert', null,
            jsonb_strip_nulls(jsonb_build_object(
                'number', made.number, 'kind', made.kind,
                'status', made.status, 'customer_id', made.customer_id,
                'total', core.money(made.total, made.currency),
                'reference', made.reference)));
    end loop;

    perform set_config('commerce.acting', '', true);
end
$$;
