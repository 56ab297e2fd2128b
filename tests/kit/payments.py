"""What must hold of money after every fault, and events to try it with."""

import hashlib
import hmac
import json
import time

from . import wait
from .client import good, key
from .shop import WEBHOOK_SECRET

RANK = ["created", "requires_action", "processing", "failed", "authorized",
        "canceled", "captured"]

# Each is a query for rows that must not be there.
INVARIANTS = {
    "money of a payment": """
        select id from core.payment
         where not (0 <= refunded and refunded <= promised
                    and promised <= captured and captured <= amount)""",
    "captured is all or nothing": """
        select id from core.payment
         where (status = 'captured') <> (captured = amount)""",
    "refunds add up": """
        select p.id from core.payment p
          left join core.refund r on r.payment_id = p.id
         group by p.id
        having p.refunded <> coalesce(sum(r.amount) filter (
                   where r.status = 'succeeded'), 0)
            or p.promised <> coalesce(sum(r.amount) filter (
                   where r.status <> 'failed'), 0)""",
    "a payment is of what its order's credit leaves": """
        select p.id from core.payment p join core.orders o
            on o.id = p.order_id
         where p.currency <> o.currency or p.provider <> 'credit'
           and o.total - p.amount - (
                select coalesce(sum(c.captured), 0) from core.payment c
                 where c.order_id = o.id and c.provider = 'credit')
               not between 0 and o.canceled_total
           and not exists (select from core.order_event e
                            where e.order_id = o.id
                              and e.type = 'order.edited')""",
    "credit is spent once for each payment, and given back by refunds": """
        select coalesce(e.payment_id, e.refund_id)
          from core.credit_entry e
          left join core.payment p on p.id = e.payment_id
          left join core.refund r on r.id = e.refund_id
         where e.kind = 'spend' and -e.delta is distinct from p.captured
            or e.kind = 'refund' and e.delta is distinct from r.amount
         union all
        select p.id from core.payment p
         where p.provider = 'credit'
           and not exists (select from core.credit_entry e
                            where e.payment_id = p.id)
         union all
        select r.id from core.refund r
         where r.credit_id is not null and r.status = 'succeeded'
           and not exists (select from core.credit_entry e
                            where e.refund_id = r.id)""",
    "a canceled order keeps no credit": """
        select p.id from core.payment p join core.orders o
            on o.id = p.order_id
         where p.provider = 'credit' and o.status = 'canceled'
           and p.refunded <> p.captured""",
    "credit is the sum of its ledger": """
        select c.id from core.credit c
          left join core.credit_entry e on e.credit_id = c.id
         group by c.id
        having c.balance <> coalesce(sum(e.delta), 0) or c.balance < 0""",
    "paid orders have money": """
        select o.id from core.orders o
         where o.status in ('paid', 'shipped', 'delivered') and o.total > 0
           and exists (select from core.payment p where p.order_id = o.id)
           and not exists (select from core.payment p
                            where p.order_id = o.id
                              and p.captured > p.refunded)""",
    "money that pays an order has a paid order": """
        select o.id from core.payment p join core.orders o
            on o.id = p.order_id
         where not p.review and o.status in ('pending', 'stock_shortfall')
           and o.total > o.canceled_total
         group by o.id
        having sum(p.captured - p.promised) >= o.total - o.canceled_total""",
    "no order is paid twice": """
        select p.order_id from core.payment p join core.orders o
            on o.id = p.order_id
         where not p.review
         group by p.order_id, o.total
        having sum(p.captured - p.promised) > o.total""",
    "an order is paid once in its history": """
        select order_id from core.order_event where type = 'order.paid'
         group by order_id having count(*) > 1""",
    "canceled once": """
        select order_id from core.order_event where type = 'order.canceled'
         group by order_id having count(*) > 1""",
    "a key made one order": """
        select scope, key from core.order_request where order_id is not null
         group by scope, key having count(*) > 1""",
    "reservations are of open orders": """
        select l.variant_id from core.stock_level l
         where l.reserved <> (
            select coalesce(sum(h.quantity), 0)
              from core.order_held(array(
                    select o.id from core.orders o
                     where o.kind = 'sale'
                       and o.status in ('pending', 'paid',
                                        'stock_shortfall'))) h
             where h.variant_id = l.variant_id
               and h.location_id = l.location_id)""",
}


def invariants(shop):
    for name, text in INVARIANTS.items():
        assert shop.query("store", text) == [], name


def story(chance, payment, amount):
    """(events of one payment, the state that they come to)."""
    path = ["processing", "failed", "processing"][:chance.randint(0, 3)]
    refunded = 0
    events = [told(payment, status) for status in path]
    if chance.random() < 0.7:
        path.append("captured")
        events.append(told(payment, "captured", captured=amount))
        for _ in range(chance.randint(0, 3)):
            refunded = chance.randint(refunded, amount)
            events.append(told(payment, "captured", captured=amount,
                               refunded=refunded))
    elif chance.random() < 0.5:
        path.append("canceled")
        events.append(told(payment, "canceled"))
    end = max(["processing", *path], key=RANK.index)
    return events, (end, amount if end == "captured" else 0, refunded)


def told(payment, status, **more):
    return json.dumps({"id": "evt_" + key(), "type": status,
                       "livemode": False, "data": {
                           "payment_id": payment,
                           "seen": {"status": status, **more}}})


def delivery(text):
    at = int(time.time())
    mac = hmac.new(WEBHOOK_SECRET.encode(), b"%d." % at + text.encode(),
                   hashlib.sha256).hexdigest()
    return ("POST /api/v1/webhooks/payments/test HTTP/1.1\r\nHost: x\r\n"
            "Content-Type: application/json\r\nStripe-Signature: t=%d,v1=%s"
            "\r\nContent-Length: %d\r\n\r\n%s"
            % (at, mac, len(text), text)).encode()


def hurry(shop):
    """What is left to be done at providers is due now, not in ten seconds."""
    shop.query("store", "update core.job set due_at = now() where kind ="
                        " 'payment_reconcile' and status = 'waiting'"
                        " returning 1")


def paid_back(shop, order, *amounts):
    """These went back of an order, and are all that did; waited for."""
    def back():
        hurry(shop)
        return [(r["amount"]["amount"], r["status"]) for r in good(
            shop.admin.call("list_order_refunds", id=order["id"]))["data"]] \
            == [(amount, "succeeded") for amount in amounts]
    wait.until(back, 60, "the money", 0.1)
