-- Records that an order is paid: POST /orders/{id}/pay, for orders:write.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch,
--   CM409 illegal_transition with `allowed`.
-- Locks: the order.

create or replace function api.pay_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(pay_order.id, pay_order.principal,
                         pay_order.expected_version);

    perform core.order_move(o, 'paid', pay_order.principal,
                            pay_order.body ->> 'note',
                            nullif(jsonb_strip_nulls(
                                coalesce(pay_order.body, '{}') - 'note'),
                                '{}'));

    update core.orders u
    set payment_method = coalesce(pay_order.body ->> 'payment_method',
                                  u.payment_method),
        payment_reference = coalesce(pay_order.body ->> 'payment_reference',
                                     u.payment_reference)
    where u.id = o.id;

    return query select * from api.get_order(
        o.id::text, pay_order.principal, pay_order.language);
end
$$;
