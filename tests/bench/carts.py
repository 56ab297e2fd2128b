"""Quotes, and goods put into carts, with pgbench doing the same calls."""

import os

from . import house, measure

CARTS = 4000

MAKE = ("insert into core.cart (id) select md5('cart' || n)::uuid"
        " from generate_series(1, %d) n" % CARTS)

QUOTE = """\
\\set a %(step)d * random(1, %(count)d)
\\set b %(step)d * random(1, %(count)d)
SELECT * FROM api.quote(json_build_object(
    'items', json_build_array(
        json_build_object('variant_id', :a::bigint, 'quantity', 1),
        json_build_object('variant_id', :b::bigint, 'quantity', 2)),
    'destination', json_build_object('postal_code', '01310-100'),
    'shipping_method', 'padrao')::jsonb);
"""

ADD = """\
\\set c random(1, %(carts)d)
\\set v %(step)d * ((:c * 7 + random(1, 5)) %% %(count)d + 1)
SELECT * FROM api.add_cart_item(md5('cart' || :c::bigint)::uuid,
    json_build_object('variant_id', :v::bigint, 'quantity', 1)::jsonb, null, null);
"""


def beside(shop, options, text, carts):
    script = shop.script(text % {"step": house.STEP, "count": shop.count,
                                 "carts": CARTS})

    def ours(seconds=options.seconds):
        return shop.wrk("carts.lua", seconds, 64, COUNT=shop.count,
                        STEP=house.STEP, CARTS=carts)[0]

    ours(3)
    shop.pgbench(script, 1)
    return measure.beside(options, ours,
                          lambda: shop.pgbench(script, options.seconds))


def quotes(shop, options):
    """POST /quotes: two of all products, tax, freight of a state."""
    return beside(shop, options, QUOTE, "")


def adds(shop, options):
    """POST /carts/{id}/items: the line is written, the cart priced."""
    shop.psql("-c", MAKE)
    path = os.path.join(shop.directory, "carts")
    with open(path, "w") as file, shop.cluster.connect("store") as connection:
        file.writelines("%s\n" % row for row, in connection.execute(
            "select md5('cart' || n)::uuid from generate_series(1, %d) n"
            % CARTS))
    return beside(shop, options, ADD, path)
