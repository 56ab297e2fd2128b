"""What the gateway does by itself between requests."""

from kit import goods, wait
from kit.client import good


def test_popularity_follows_orders(shop):
    """Within a minute it is brought up to what was ordered."""
    liked, other = goods.product(shop, 10), goods.product(shop, 10)
    good(shop.customer.write("POST", "/orders", goods.items(
        (liked["variants"][0]["id"], 3))), 201)

    # the first look may have been before the order
    shop.query("store", "update core.upkeep set last_at = '-infinity'"
                        " where task = 'popularity' returning task")
    visitor = shop.client(None)

    def first():
        page = good(visitor.read("/products", sort="-popularity", limit=1))
        return page["data"][0]["id"] == liked["id"]

    wait.until(first, 100, "the ordered product to come first")
    seen = good(visitor.read("/products/%d" % liked["id"]))
    assert seen["version"] == liked["version"], "popularity is no change"
    assert other["id"] != liked["id"]
