-- What must hold in a store database after any fault: run it against a live
-- one with psql (it needs pgTAP in public), or \ir it at the end of a test.
-- Each query gives the rows that break its rule.

\if :{?included}
\else
    begin;
    select no_plan();
\endif

select is_empty($$
    select variant_id, location_id, on_hand, reserved from core.stock_level
    where on_hand < 0 or reserved < 0 or reserved > on_hand
$$, 'I1: no level is below zero or oversold');

select is_empty($$
    select k.variant_id, k.location_id, s.on_hand, m.ledger
    from (select variant_id, location_id from core.stock_level
          union
          select variant_id, location_id from core.stock_movement) k
    left join core.stock_level s using (variant_id, location_id)
    left join (select variant_id, location_id, sum(delta) as ledger
               from core.stock_movement group by 1, 2) m
           using (variant_id, location_id)
    where coalesce(s.on_hand, 0) <> coalesce(m.ledger, 0)
$$, 'I2: every level is the sum of its ledger');

select is_empty($$
    select * from core.stock_check()
    where reserved <> held
$$, 'I2: what is reserved is what open orders hold, place by place');

select is_empty($$
    select variant_id, location_id, id, balance, expected
    from (select m.*, sum(m.delta) over (
                     partition by m.variant_id, m.location_id
                     order by m.id) as expected
          from core.stock_movement m) m
    where expected < 0
$$, 'I2: the ledger never went below zero');

select is_empty($$
    select scope, key, count(*) from core.order_request
    group by scope, key having count(*) > 1
$$, 'I3: a key has one answer');

select is_empty($$
    select o.id, count(r.key) from core.orders o
    left join core.order_request r on r.order_id = o.id
    group by o.id having count(r.key) <> 1
$$, 'I3: an order has one key');

select is_empty($$
    select r.scope, r.key from core.order_request r
    where r.status = 201
          and not exists (select from core.orders o
                          where o.id = r.order_id
                                and o.id::text = r.body::json ->> 'id')
$$, 'I3: every order that was acknowledged is there');

select is_empty($$
    select o.id, o.total from core.orders o
    left join (select order_id, sum(total) as total, sum(tax) as tax,
                      sum(unit_price * quantity) as subtotal,
                      sum(discount) as discount
               from core.order_item group by order_id) i on i.order_id = o.id
    where (o.subtotal, o.discount_total, o.tax_total - o.shipping_tax)
          is distinct from (i.subtotal, i.discount, i.tax)
          or o.total <> i.total + o.shipping_total + o.shipping_tax
$$, 'I4: an order is the sum of its lines and its freight');

select is_empty($$
    select o.id, o.discount_total, o.shipping_discount, p.discount,
           p.shipping_discount
    from core.orders o
    left join (select order_id, sum(discount) as discount,
                      sum(shipping_discount) as shipping_discount
               from core.order_promotion group by order_id) p
           on p.order_id = o.id
    where (o.discount_total, o.shipping_discount)
          <> (coalesce(p.discount, 0), coalesce(p.shipping_discount, 0))
$$, 'I4: what was taken off an order is what its promotions took');

select is_empty($$
    select u.promotion_id, u.used, count(p.order_id)
    from core.promotion_use u
    join core.promotion n on n.id = u.promotion_id and n.code is not null
    left join core.order_promotion p
           on p.promotion_id = u.promotion_id and p.released_at is null
    group by u.promotion_id, u.used, n.total_limit
    having u.used <> count(p.order_id) or u.used > n.total_limit
$$, 'I4: a coupon was used as often as it was redeemed, within its limit');

select is_empty($$
    select i.order_id from core.order_item i
    where not exists (select from core.orders o where o.id = i.order_id)
$$, 'I4: no line is without an order');

select is_empty($$
    select i.order_id, i.position from core.order_item i
    where i.split is not null
          and (select sum((s ->> 'quantity')::bigint)
               from jsonb_array_elements(i.split) s)
              <> i.quantity - i.short
$$, 'I4: a split line is split completely');

select is_empty($$
    select o.id, count(x.subject) from core.orders o
    left join core.outbox x
           on x.subject = o.id::text and x.type = 'order.created'
    group by o.id having count(x.subject) <> 1
$$, 'I5: one order.created for each order');

select is_empty($$
    select e.order_id, e.version from core.order_history e
    left join core.outbox x
           on x.subject = e.order_id::text and x.version = e.version
    group by e.order_id, e.version, e.type
    having count(x.subject) <> 1 or min(x.type) <> e.type
$$, 'I5: one event of the outbox for each of the history');

select is_empty($$
    select o.id, o.version, count(e.version) from core.orders o
    left join core.order_history e on e.order_id = o.id
    group by o.id, o.version
    having count(e.version) <> o.version or max(e.version) <> o.version
$$, 'I8: versions are 1, 2, 3 ... and the last is the order''s');

select is_empty($$
    select e.order_id, e.version, e.from_status, e.to_status
    from (select e.*, lag(e.to_status) over (
                     partition by e.order_id order by e.version) as was
          from core.order_history e) e
    where e.version > 1
          and (e.was is distinct from e.from_status
               or e.from_status <> e.to_status
                  and not exists (
                      select from core.order_move m
                      where m.from_status = e.from_status
                            and m.to_status = e.to_status))
$$, 'I8: the history of an order is a path of the state machine');

select is_empty($$
    select o.id, o.status, e.to_status from core.orders o
    join core.order_history e on e.order_id = o.id and e.version = o.version
    where e.to_status <> o.status
$$, 'I8: an order is where its history ends');

select is_empty($$
    select o.id, o.status from core.orders o
    join core.order_item i on i.order_id = o.id
    where o.kind = 'sale'
    group by o.id, o.number
    having sum(i.shipped) <> -(select coalesce(sum(m.delta), 0)
                               from core.stock_movement m
                               where m.kind = 'shipment'
                                     and m.reference = o.number::text)
           or o.status in ('shipped', 'delivered')
              and sum(i.shipped) <> sum(i.quantity)
           or o.status = 'delivered' and sum(i.delivered) <> sum(i.quantity)
           or o.status in ('pending', 'canceled') and sum(i.shipped) <> 0
$$, 'I9: what was shipped left the stock once, what was not did not leave');

select is_empty($$
    select i.order_id, i.position, i.shipped, i.delivered, f.shipped,
           f.delivered
    from core.order_item i
    left join (select t.order_id, t.position, sum(t.quantity) as shipped,
                      coalesce(sum(t.quantity) filter (
                          where f.status = 'delivered'), 0) as delivered
               from core.fulfilment_item t
               join core.fulfilment f on f.id = t.fulfilment_id
               where f.status <> 'canceled'
               group by t.order_id, t.position) f using (order_id, position)
    where (i.shipped, i.delivered)
          <> (coalesce(f.shipped, 0), coalesce(f.delivered, 0))
$$, 'I9: a line was shipped as often as its parcels say');

\if :{?included}
\else
    select * from finish();
    rollback;
\endif
