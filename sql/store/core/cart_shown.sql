-- A cart as the API shows it: priced now, with all that stands against its
-- order.

create or replace function core.cart_shown(cart core.cart) returns jsonb
language plpgsql stable as $$
declare
    s  core.price_sum := core.cart_priced(cart);
begin
    return core.price_members(s, true) || core.cart_paying(cart, s)
           || jsonb_build_object(
        'id', cart.id, 'customer_id', cart.customer_id,
        'status', cart.status, 'order_id', cart.order_id,
        'coupons', to_jsonb(cart.coupons),
        'shipping_method', cart.shipping_method,
        'held_until', core.rfc3339(cart.held_until),
        'problems', core.price_problems(s) || core.cart_problems(cart, s)
                    || core.cart_paying_problems(cart),
        'version', cart.version,
        'created_at', core.rfc3339(cart.created_at),
        'updated_at', core.rfc3339(cart.updated_at));
end
$$;


-- What a cart costs: core.price() of it.
create or replace function core.cart_priced(cart core.cart)
    returns core.price_sum
language plpgsql stable as $$
declare
    s  core.price_sum;
begin
    select p.* into strict s
    from core.price(array[row(
             1, cart.customer_id, cart.region, cart.currency,
             cart.shipping_method, cart.coupons, false, false,
             core.cart_goods(cart.id))::core.price_cart]) p;

    s.currency := coalesce(s.currency, core.shop_currency());
    return s;
end
$$;


-- The items of a cart, as those of an order.
create or replace function core.cart_goods(cart_id uuid) returns jsonb
language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                            'variant_id', t.variant_id, 'quantity', t.quantity)
                            order by t.added_at, t.variant_id), '[]')
        from core.cart_item t
        where t.cart_id = cart_goods.cart_id);
end
$$;


-- What the pricing does not know: prices that moved since the buyer saw them,
-- and goods that there are not enough of. What the cart holds itself is there
-- for it.
create or replace function core.cart_problems(cart core.cart,
                                              s core.price_sum)
    returns jsonb
language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(p.document), '[]')
        from (select jsonb_build_object(
                         'code', 'price_changed', 'pointer',
                         '/items/' || l.position - 1,
                         'variant_id', l.variant_id,
                         'was', core.money(t.unit_price, t.currency)
                     ) as document
              from unnest(s.lines) l
              join core.cart_item t on t.cart_id = cart.id
                                   and t.variant_id = l.variant_id
              where l.problem is null and t.currency = s.currency
                    and t.unit_price <> l.unit_price
              union all
              select jsonb_build_object(
                         'code', 'insufficient_stock', 'pointer',
                         '/items/' || l.position - 1,
                         'variant_id', l.variant_id, 'available', a.available)
              from unnest(s.lines) l
              cross join lateral (
                  select coalesce(sum(v.on_hand - v.reserved
                                      + coalesce(h.quantity, 0)), 0)::bigint
                  from core.stock_level v
                  join core.location c on c.id = v.location_id and c.active
                  left join core.cart_hold h
                         on h.cart_id = cart.id and h.variant_id = v.variant_id
                        and h.location_id = v.location_id
                  where v.variant_id = l.variant_id) a(available)
              where l.problem is null and cart.status = 'open'
                    and a.available < l.quantity
                    and not exists (select from core.variant b
                                    where b.id = l.variant_id
                                          and b.backorder)) p);
end
$$;
