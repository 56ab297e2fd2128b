-- Gives up what has not left of an order, all of it or some lines: POST
-- /orders/{id}/reduce, for orders:write. When nothing else is or was in it, the
-- order is canceled.
--
-- Raises: CM404 order_not_found, CM412 version_mismatch, CM409
--   order_not_editable, CM409 payment_under_way, CM409 nothing_open, CM422
--   unknown_item, CM409 not_open with `errors`, CM422
--   store_credit_needs_account.
-- Locks: the order, payments, credit, then stock levels in key order.

create or replace function api.reduce_order(
        id text, body jsonb, expected_version bigint, principal jsonb,
        language text)
    returns setof core.order_document
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := coalesce(reduce_order.body, '{}');
    lines  jsonb;
    o      core.orders;
begin
    o := core.order_take(reduce_order.id, reduce_order.principal,
                         reduce_order.expected_version);

    if o.kind <> 'sale'
       or o.status not in ('pending', 'stock_shortfall', 'paid')
    then
        perform core.fail('order_not_editable', 409, jsonb_build_object(
            'order_status', o.status));
    end if;

    perform core.order_payment_rests(o.id);

    lines := coalesce(asked -> 'items', core.order_left(o.id));

    if lines is null then
        perform core.fail('nothing_open', 409);
    end if;

    perform core.lines_check(o.id, lines, 'open');

    if exists (select from core.order_item i
               left join core.lines_summed(lines) l on l.position = i.position
               where i.order_id = o.id
                     and i.canceled + coalesce(l.quantity, 0) < i.quantity)
    then
        perform core.order_reduce(
            o, lines, asked ->> 'to', asked ->> 'reason',
            (reduce_order.principal ->> 'sub')::uuid);
    else
        perform core.order_move(o, 'canceled', reduce_order.principal,
                                asked ->> 'reason');
    end if;

    return query select * from api.get_order(
        o.id::text, reduce_order.principal, reduce_order.language);
end
$$;
