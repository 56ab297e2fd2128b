"""Settings: each takes what its rule says, and counts at once."""

import pytest

from kit import goods
from kit.client import good, problem

from .recipes_settings import put


def settings(shop):
    return {one["key"]: one
            for one in good(shop.admin.call("list_settings"), 200)["data"]}


def test_every_setting_fits_its_own_rule(shop):
    """Whoever adds one says what may stand in it."""
    found = settings(shop)
    assert {"currency", "returns.window", "mail.staff"} <= set(found)
    for key, one in found.items():
        assert one["rule"]["kind"] != "other", key
        if not one["fixed"]:
            assert good(put(shop, key, one["value"]), 200) == one


WRONG = [
    ("cart.keep_days", 3651), ("cart.keep_days", "90"),
    ("cart.keep_days", None), ("returns.window", "soon"),
    ("returns.window", "1 hour"), ("returns.window", "11 years"),
    ("returns.window", "30 days; drop table x"), ("returns.window", 30),
    ("orders.expire_after", "72 hours"),
    ("orders.expire_after", {"pix": "1 hour"}),
    ("orders.expire_after", {"default": "1 hour", "pix": "1 minute"}),
    ("payments.capture", "later"), ("mail.orders", ["order.lost"]),
    ("mail.orders", {}), ("mail.staff", ["ana"]),
    ("mail.staff", ["a@example.com\n"]), ("events.source", " "),
]


@pytest.mark.parametrize("key, value", WRONG, ids=str)
def test_what_does_not_fit_is_refused(shop, key, value):
    before = settings(shop)[key]
    said = problem(put(shop, key, value), 422, "invalid_setting")
    assert said["rule"]["kind"] == before["rule"]["kind"]
    assert said["errors"][0]["pointer"] == "/value"
    assert settings(shop)[key] == before


def test_change_counts_and_is_told_to_who_is_late(shop):
    was = settings(shop)["returns.window"]
    header = {"if-match": '"%d"' % was["version"]}
    now = good(put(shop, "returns.window", None, **header), 200)
    assert now["value"] is None and now["version"] == was["version"] + 1
    problem(put(shop, "returns.window", "2 years", **header), 412,
            "version_mismatch")
    seen = good(put(shop, "orders.expire_after",
                    {"default": "3 days", "pix": "30 minutes"}), 200)
    assert seen["value"]["pix"] == "30 minutes"

    entry = good(shop.admin.call("list_audit", query={
        "operation": "set_setting", "limit": 1}), 200)["data"][0]
    assert [change["subject"] for change in entry["changes"]] == [
        "orders.expire_after"]
    assert goods.product(shop)["price"]["currency"] == "BRL"
