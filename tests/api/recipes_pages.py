"""Pages that the shop fills: their statuses."""

from kit import goods
from kit.client import key

from .recipes import recipe
from .recipes_store import category


def plain(operation, **path):
    """A page that is always there."""
    recipe(operation, 200)(lambda shop: shop.anonymous.call(operation, **path))


plain("page_home")
plain("page_sitemap")
plain("page_sitemap_part", part=0)
plain("page_robots")


@recipe("page_product", 200)
def product(shop):
    made = goods.product(shop)
    return shop.anonymous.call("page_product", id=made["id"])


@recipe("page_product", 404)
def no_product(shop):
    return shop.anonymous.call("page_product", id="nao-existe")


@recipe("page_category", 200)
def page_of_category(shop):
    return shop.anonymous.call("page_category", id=category(shop)["slug"])


@recipe("page_category", 404)
def no_category(shop):
    return shop.anonymous.call("page_category", id=key())
