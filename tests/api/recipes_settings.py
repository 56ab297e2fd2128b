"""How each status of settings comes about."""

from .recipes import recipe


def put(shop, key, value, **headers):
    return shop.admin.call("set_setting", {"value": value}, key=key,
                           headers=headers)


@recipe("list_settings", 200)
def all_of_them(shop):
    return shop.admin.call("list_settings")


@recipe("set_setting", 200)
def another(shop):
    found = shop.query("store", "select value from core.setting"
                       " where key = 'cart.keep_days'")
    return put(shop, "cart.keep_days", 60 + found[0]["value"] % 7)


@recipe("set_setting", 409)
def fixed(shop):
    return put(shop, "currency", "EUR")


@recipe("set_setting", 412)
def late(shop):
    return put(shop, "cart.keep_days", 7, **{"if-match": '"99"'})


@recipe("set_setting", 422)
def silly(shop):
    return put(shop, "cart.keep_days", 0)
