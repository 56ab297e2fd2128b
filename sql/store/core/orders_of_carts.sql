-- Of api.place_orders, when orders are made of carts.


-- Fills in what the carts know and their orders do not say: goods, coupons,
-- currency, region, shipping method. What the carts hold goes back and is the
-- orders' to reserve, in this transaction: nobody else gets in between. A cart
-- that is not the buyer's, or is an order already, is a problem (_problem).
--
-- Locks: the carts by id, the credit that they pay with, then the levels of
--   what they hold and of what all orders want, in key order.
create or replace function core.orders_of_carts(orders jsonb) returns jsonb
language plpgsql as $$
declare
    carts  core.cart[];
begin
    carts := array(
        select c from core.cart c
        where c.id in (select (o ->> 'cart_id')::uuid
                       from jsonb_array_elements(orders) o)
        order by c.id
        for no key update);

    perform core.carts_credits_lock(carts);

    if exists (select from unnest(carts) c where c.held_until is not null)
    then
        perform core.stock_lock(array(
            select h.variant_id from core.cart_hold h
            where h.cart_id in (select c.id from unnest(carts) c)
            union
            select t.variant_id from core.cart_item t
            where t.cart_id in (select c.id from unnest(carts) c)
            union
            select i.variant_id
            from jsonb_array_elements(orders) o
            cross join lateral core.items_given(o -> 'items') i
            where i.variant_id is not null
            order by 1), null);

        perform core.carts_release(array(
            select c.id from unnest(carts) c where c.held_until is not null),
            false);
    end if;

    return (
        select jsonb_agg(
                   case when o.doc ->> 'cart_id' is null then o.doc
                        else core.order_of_cart(o.doc, c, o.turn) end
                   order by o.n)
        from (select e.doc, e.n,
                     row_number() over (
                         partition by e.doc ->> 'cart_id'
                         order by e.n) as turn
              from jsonb_array_elements(orders) with ordinality e(doc, n)) o
        left join unnest(carts) c
               on c.id = (o.doc ->> 'cart_id')::uuid);
end
$$;


-- The order of a cart; turn: which one of this group it is.
create or replace function core.order_of_cart(doc jsonb, cart core.cart,
                                              turn bigint)
    returns jsonb
language plpgsql stable as $$
begin
    if cart.id is null or cart.status = 'merged'
       or cart.customer_id is not null
          and cart.customer_id::text is distinct from doc ->> '_customer'
    then
        return doc || '{"_problem": "cart_not_found", "items": []}';
    elsif cart.status <> 'open' or turn > 1 then
        return doc || '{"_problem": "cart_closed", "items": []}';
    elsif core.cart_paying_problems(cart) <> '[]' then
        return doc || '{"_problem": "gift_card_unusable", "items": []}';
    end if;

    return jsonb_strip_nulls(jsonb_build_object(
               'region', cart.region, 'currency', cart.currency,
               'shipping_method', cart.shipping_method,
               'coupons', nullif(to_jsonb(cart.coupons), '[]')))
           || doc
           || jsonb_build_object('items', core.cart_goods(cart.id));
end
$$;


-- The carts of orders that were placed are closed, and give what they pay with.
create or replace function core.carts_ordered(heads core.order_head[])
    returns void
language plpgsql as $$
declare
    paying  record;
begin
    update core.cart c
    set status = 'ordered', order_id = h.id, version = c.version + 1,
        updated_at = now()
    from unnest(heads) h
    where c.id = h.cart_id and h.problem is null and h.lines is not null
          and c.status = 'open';

    for paying in
        select o, c
        from unnest(heads) h
        join core.orders o on o.id = h.id
        join core.cart c on c.id = h.cart_id and c.order_id = o.id
        where c.store_credit or c.gift_cards <> '{}'
    loop
        perform core.order_pay_credit(paying.o, paying.c);
    end loop;
end
$$;
