-- Changes what is in an order of which nothing has left: POST
-- /orders/{id}/edit, for orders:write. Its lines keep the price that was
-- agreed on, all else is priced as for an order placed when this one was.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch, CM409
--   order_not_editable, CM409 payment_under_way, CM409 nothing_left, CM409
--   too_many_items, CM409 insufficient_stock with `errors`, CM409 price_changed
--   with `total`, CM409 difference_not_covered with `missing` and
--   `store_credit`, CM422 unknown_item and what else a price can lack, CM422
--   store_credit_needs_account.
-- Locks: the order, payments, credit, stock levels in key order, then coupons.

create or replace function api.edit_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    o  core.orders;
begin
    o := core.order_take(edit_order.id, edit_order.principal,
                         edit_order.expected_version);

    perform core.order_edit_check(o);
    perform core.order_edit(o, coalesce(edit_order.body, '{}'),
                            (edit_order.principal ->> 'sub')::uuid);

    return query select * from api.get_order(
        o.id::text, edit_order.principal, edit_order.language);
end
$$;
