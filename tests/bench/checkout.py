"""Whole checkouts: the order, its payment, what came of it."""

import uuid

from . import house
from .measure import beside

# The calls that the gateway makes for one checkout, and nothing else.
SCRIPT = """\\set a %(step)d * random(1, %(count)d)
\\set b %(step)d * random(1, %(count)d)
select o.payment_id as payment, o.work ->> 'amount' as amount
from gen_random_uuid() as buyer(id), gen_random_uuid() as key(id),
     lateral api.checkout_begin(jsonb_build_object(
         'order', jsonb_build_object(
             'items', jsonb_build_array(
                 jsonb_build_object('variant_id', :a::bigint, 'quantity', 1),
                 jsonb_build_object('variant_id', :b::bigint, 'quantity', 1)),
             '_id', gen_random_uuid(), '_scope', buyer.id,
             '_actor', buyer.id, '_customer', buyer.id, '_name', 'Ana',
             '_email', 'ana@example.com', '_key', key.id,
             '_fingerprint', 'x', '_staff', false, '_english', false),
         'payment', jsonb_build_object(
             'id', gen_random_uuid(), 'provider', 'test', 'flow', 'token',
             'token', 'tok_success'))) as o
\\gset
select * from api.payment_seen(:payment::uuid, null, jsonb_build_object(
    'status', 'captured', 'reference', :payment::text, 'currency', 'BRL',
    'amount', :amount::bigint, 'captured', :amount::bigint),
    jsonb_build_object('scope', gen_random_uuid(), 'key', :payment::text,
                       'fingerprint', 'x'));
"""


def checkouts(shop, options):
    """Checkouts per second through the gateway, and by pgbench."""
    script = shop.script(SCRIPT % {"step": house.STEP, "count": shop.count})

    def ours(seconds):
        return shop.wrk("orders.lua", seconds, 64, COUNT=shop.count, ITEMS=2,
                        STEP=house.STEP, RUN=uuid.uuid4().hex,
                        TOKENS=shop.tokens(), PLACE="/api/v1/checkout",
                        MORE=',"payment":{"provider":"test",'
                             '"flow":"token","token":"tok_success"}')[0]

    def theirs(seconds):
        return shop.pgbench(script, seconds)

    ours(1)
    theirs(1)
    return beside(options, lambda: ours(options.seconds),
                  lambda: theirs(options.seconds))
