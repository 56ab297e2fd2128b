-- Changes where an order goes or how it is paid: PATCH /orders/{id}, a merge
-- patch. Its buyer may while it is pending, orders:write until it is shipped.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 order_not_editable, CM409 reference_taken, CM403 staff_only.
-- Locks: the order.

create or replace function api.update_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    patch  jsonb := update_order.body;
    staff  boolean := core.has_scope(update_order.principal, 'orders:write');
    o      core.orders;
begin
    o := core.order_take(update_order.id, update_order.principal,
                         update_order.expected_version);

    if o.status not in ('pending', 'stock_shortfall', 'paid')
       or o.status <> 'pending' and not staff
    then
        perform core.fail('order_not_editable', 409, jsonb_build_object(
            'order_status', o.status));
    end if;

    if patch ? 'reference' and not staff then
        perform core.fail_at('staff_only', 403, '/reference');
    end if;

    begin
        update core.orders u
        set shipping_address = case when patch ? 'shipping_address'
                                    then patch ->> 'shipping_address'
                                    else u.shipping_address end,
            payment_method = case when patch ? 'payment_method'
                                  then patch ->> 'payment_method'
                                  else u.payment_method end,
            reference = case when patch ? 'reference'
                             then patch ->> 'reference'
                             else u.reference end
        where u.id = o.id;
    exception when unique_violation then
        perform core.fail_at('reference_taken', 409, '/reference');
    end;

    perform core.order_changed(
        o.id, 'order.updated', o.status,
        (update_order.principal ->> 'sub')::uuid, null,
        jsonb_build_object('changed', (select jsonb_agg(k order by k)
                                       from jsonb_object_keys(patch) k)));

    return query select * from api.get_order(
        o.id::text, update_order.principal, update_order.language);
end
$$;
