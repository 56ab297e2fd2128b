-- Where levels disagree with what explains them: on_hand with the sum of the
-- ledger, reserved with what open orders and carts hold. Nothing, if the shop
-- is right.

create or replace function core.stock_check()
    returns table (variant_id bigint, location_id bigint, on_hand bigint,
                   ledger bigint, reserved bigint, held bigint)
language sql stable as $$
    select k.variant_id, k.location_id, coalesce(s.on_hand, 0),
           coalesce(m.ledger, 0), coalesce(s.reserved, 0),
           coalesce(h.held, 0)
    from (select l.variant_id, l.location_id from core.stock_level l
          union
          select d.variant_id, d.location_id from core.stock_movement d)
             k (variant_id, location_id)
    left join core.stock_level s
           on s.variant_id = k.variant_id and s.location_id = k.location_id
    left join (select d.variant_id, d.location_id,
                      sum(d.delta)::bigint as ledger
               from core.stock_movement d
               group by d.variant_id, d.location_id) m
           on m.variant_id = k.variant_id and m.location_id = k.location_id
    left join (select e.variant_id, e.location_id,
                      sum(e.quantity)::bigint as held
               from (select w.variant_id, w.location_id, w.quantity
                     from core.order_held(array(
                              select o.id from core.orders o
                              where o.kind = 'sale'
                                    and o.status in ('pending',
                                                     'stock_shortfall',
                                                     'paid'))) w
                     union all
                     select c.variant_id, c.location_id, c.quantity
                     from core.cart_hold c) e
               group by e.variant_id, e.location_id) h
           on h.variant_id = k.variant_id and h.location_id = k.location_id
    where coalesce(s.on_hand, 0) <> coalesce(m.ledger, 0)
          or coalesce(s.reserved, 0) <> coalesce(h.held, 0)
$$;
