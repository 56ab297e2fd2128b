"""How the statuses of gift cards and store credit come about."""

import uuid

from kit.client import good, key

from .recipes import recipe
from .recipes_cart import cart, on_cart
from .recipes_store import STALE, held

AMOUNT = {"amount": 5000, "currency": "BRL"}


def card(shop, amount=5000, **more):
    """A gift card, with its code."""
    return good(shop.staff.call("create_gift_card", {
        "amount": {"amount": amount, "currency": "BRL"}, **more}), 201)


recipe("create_gift_card", 201)(lambda shop: shop.staff.call(
    "create_gift_card", {"amount": AMOUNT}))
recipe("list_gift_cards", 200)(lambda shop: shop.staff.call(
    "list_gift_cards", query={"hint": card(shop)["hint"], "active": True}))
recipe("get_gift_card", 200)(lambda shop: shop.staff.call(
    "get_gift_card", id=card(shop)["id"]))
recipe("update_gift_card", 200)(lambda shop: shop.staff.call(
    "update_gift_card", {"active": False}, id=card(shop)["id"]))
recipe("update_gift_card", 412)(lambda shop: shop.staff.call(
    "update_gift_card", {"active": False}, headers=STALE,
    id=card(shop)["id"]))
recipe("update_gift_card", 409)(lambda shop: held(
    shop, "update_gift_card", {"active": False}, id=card(shop)["id"]))
BIA = {"email": "bia@example.com"}

recipe("mail_gift_card", 200)(lambda shop: shop.staff.call(
    "mail_gift_card", BIA, id=card(shop)["id"]))
recipe("mail_gift_card", 404)(lambda shop: shop.staff.call(
    "mail_gift_card", BIA, id=uuid.uuid4()))
recipe("mail_gift_card", 412)(lambda shop: shop.staff.call(
    "mail_gift_card", BIA, headers=STALE, id=card(shop)["id"]))
recipe("mail_gift_card", 409)(lambda shop: held(
    shop, "mail_gift_card", BIA, id=card(shop)["id"]))
recipe("check_gift_card", 200)(lambda shop: shop.anonymous.call(
    "check_gift_card", {"code": card(shop)["code"]}))
recipe("check_gift_card", 404)(lambda shop: shop.anonymous.call(
    "check_gift_card", {"code": "0" * 16}))
recipe("list_credit_entries", 200)(lambda shop: shop.staff.call(
    "list_credit_entries", id=card(shop)["id"]))
recipe("adjust_credit", 201)(lambda shop: shop.staff.call(
    "adjust_credit", {"delta": {"amount": -1, "currency": "BRL"},
                      "reason": "x"}, id=card(shop)["id"]))
recipe("adjust_credit", 409)(lambda shop: shop.staff.call(
    "adjust_credit", {"delta": {"amount": -5001, "currency": "BRL"},
                      "reason": "x"}, id=card(shop)["id"]))
recipe("adjust_credit", 404)(lambda shop: shop.staff.call(
    "adjust_credit", {"delta": AMOUNT, "reason": "x"}, id=uuid.uuid4()))
recipe("list_customer_store_credit", 200)(lambda shop: shop.staff.call(
    "list_customer_store_credit", id=uuid.uuid4()))
recipe("grant_store_credit", 201)(lambda shop: shop.staff.call(
    "grant_store_credit", {"amount": AMOUNT}, id=uuid.uuid4()))
recipe("grant_store_credit", 409)(lambda shop: held(
    shop, "grant_store_credit", {"amount": AMOUNT}, id=uuid.uuid4()))
recipe("list_my_store_credit", 200)(lambda shop: shop.customer.call(
    "list_my_store_credit"))

on_cart("add_cart_gift_card", lambda shop: {"code": card(shop)["code"]})
on_cart("remove_cart_gift_card", path={"gift_card_id": uuid.uuid4()})

recipe("add_cart_gift_card", 422)(lambda shop: shop.anonymous.call(
    "add_cart_gift_card", {"code": "0" * 16}, id=cart(shop)["id"]))


def guess(operation, **path):
    def ask(shop):
        where = {name: make(shop) for name, make in path.items()}
        for _ in range(150):
            answer = shop.anonymous.call(operation, {"code": key()[:16]},
                                         **where)
            if answer.status_code == 429:
                break
        return answer
    recipe(operation, 429)(ask)


guess("check_gift_card")
guess("add_cart_gift_card", id=lambda shop: cart(shop)["id"])
