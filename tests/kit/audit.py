"""What must hold in the store after any fault, and against a buyers' log."""

CHECKS = {
    "a level below zero or oversold": """
        select variant_id, location_id, on_hand, reserved
          from core.stock_level
         where on_hand < 0 or reserved < 0 or reserved > on_hand""",

    "a level that is not the sum of its ledger": """
        select l.variant_id, l.location_id, l.on_hand, m.sum
          from core.stock_level l
          left join (select variant_id, location_id, sum(delta)
                       from core.stock_movement group by 1, 2) m
               using (variant_id, location_id)
         where l.on_hand <> coalesce(m.sum, 0)""",

    "a reservation that no open order or cart explains": """
        with taken as (
            select i.variant_id,
                   sum(i.quantity - i.shipped - i.short - i.canceled)
                       as quantity
              from core.order_item i
              join core.orders o on o.id = i.order_id
             where o.status in ('pending', 'stock_shortfall', 'paid')
                   and o.kind = 'sale'
             group by 1
             union all
            select variant_id, sum(quantity) from core.cart_hold group by 1),
        held as (
            select variant_id, sum(quantity) as quantity from taken group by 1)
        select variant_id, s.reserved, held.quantity
          from (select variant_id, sum(reserved) as reserved
                  from core.stock_level group by 1) s
          full join held using (variant_id)
         where coalesce(s.reserved, 0) <> coalesce(held.quantity, 0)""",

    "an order that is not the sum of its lines": """
        select o.id, o.total, i.total as lines
          from core.orders o
          left join (select order_id, sum(total) as total, sum(tax) as tax,
                            sum(unit_price * quantity) as subtotal,
                            sum(discount) as discount
                       from core.order_item group by 1) i on i.order_id = o.id
         where o.subtotal <> coalesce(i.subtotal, 0)
            or o.discount_total <> coalesce(i.discount, 0)
            or o.tax_total <> coalesce(i.tax, 0) + o.shipping_tax
            or o.total <> coalesce(i.total, 0) + o.shipping_total
                          + o.shipping_tax""",

    "a coupon redeemed more often than it may be, or miscounted": """
        select u.promotion_id, u.used, n.total_limit, count(p.order_id)
          from core.promotion_use u
          join core.promotion n on n.id = u.promotion_id
                               and n.code is not null
          left join core.order_promotion p
                 on p.promotion_id = u.promotion_id
                and p.released_at is null
         group by 1, 2, 3
        having u.used <> count(p.order_id) or u.used > n.total_limit""",

    "an order without exactly one order.created": """
        with created as materialized (
            select subject::uuid as id, count(*) as n from core.outbox
             where type = 'order.created' group by 1)
        select o.id, c.n from core.orders o
          left join created c using (id)
         where c.n is distinct from 1""",

    "an event of an order that does not exist": """
        select subject::uuid from core.outbox where type like 'order.%'
        except
        select id from core.orders""",

    "a line that was shipped otherwise than its parcels say": """
        select i.order_id, i.position, i.shipped, f.n
          from core.order_item i
          left join (select t.order_id, t.position, sum(t.quantity) as n
                       from core.fulfilment_item t
                       join core.fulfilment f on f.id = t.fulfilment_id
                      where f.status <> 'canceled'
                      group by 1, 2) f using (order_id, position)
         where i.shipped <> coalesce(f.n, 0)""",

    "goods that left otherwise than their orders say": """
        with gone as materialized (
            select reference, sum(delta) as n from core.stock_movement
             where kind = 'shipment' group by 1)
        select o.number, sum(i.shipped) as shipped, g.n
          from core.orders o
          join core.order_item i on i.order_id = o.id
          left join gone g on g.reference = o.number::text
         group by o.number, g.n
        having sum(i.shipped) <> -coalesce(g.n, 0)""",

    "lines of an order that does not exist": """
        select order_id from core.order_item
        except
        select id from core.orders""",

    "a history with a gap": """
        with history as materialized (
            select order_id, count(*) as n, max(version) as last
              from core.order_history group by 1)
        select o.id, o.version, h.n, h.last from core.orders o
          left join history h on h.order_id = o.id
         where (h.n, h.last) is distinct from (o.version, o.version)""",

    "an order with two idempotency records, or none": """
        with requests as materialized (
            select order_id, count(*) as n from core.order_request
             where order_id is not null group by 1)
        select o.id, r.n from core.orders o
          left join requests r on r.order_id = o.id
         where r.n is distinct from 1""",
}


def store(shop):
    """Every invariant of the store database."""
    with shop.cluster.connect(shop.copies["store"]) as connection:
        # Tables that were empty a moment ago: the planner has to be told.
        connection.execute("analyze")
        connection.execute("set enable_nestloop = off")
        for what, text in CHECKS.items():
            found = connection.execute(text).fetchmany(5)
            assert found == [], "%s: %s" % (what, found)


def orders(shop, log):
    """The buyers' log against the database: nothing lost, nothing twice.

    Every key of the log must have its final answer (Campaign waits for it).
    """
    asked = log.asked()
    assert set(log.final) == set(asked), "keys without an answer"
    unexpected = {status for status, _ in log.final.values()} - {201, 409}
    assert not unexpected, unexpected
    rows = {row["key"]: row for row in shop.query(
        "store", "select key, order_id::text, status"
                 "  from core.order_request")}
    stored = {row["id"]: row["total"] for row in shop.query(
        "store", "select id::text, total from core.orders")}
    acknowledged = log.orders()
    seen = {}
    for key, order in acknowledged.items():
        assert order["id"] in stored, "lost: %s" % order["id"]
        assert order["total"]["amount"] == stored[order["id"]]
        assert rows[key]["order_id"] == order["id"]
        assert order["id"] not in seen, "one order for two keys"
        seen[order["id"]] = key
    for key in log.refused():
        assert key not in rows or rows[key]["order_id"] is None, \
            "refused, but ordered: %s" % key
    strangers = {row["order_id"] for row in rows.values()
                 if row["key"] in asked and row["order_id"]} - set(seen)
    assert not strangers, "orders that nobody was told of: %s" % strangers
    return len(acknowledged)


def sold(shop, variant):
    """Units of a variant in all orders that are not cancelled."""
    return shop.query(
        "store", "select coalesce(sum(i.quantity), 0) as n"
                 "  from core.order_item i"
                 "  join core.orders o on o.id = i.order_id"
                 " where i.variant_id = %s and o.status <> 'canceled'",
        variant)[0]["n"]
