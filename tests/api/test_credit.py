"""Gift cards and store credit: what is on them, what they pay, and how it
comes back."""

import concurrent.futures
import uuid

import pytest

from api.recipes_credit import card
from kit import audit, goods, payments, wait
from kit.client import good, key, problem

TOKEN = {"provider": "test", "flow": "token"}
GUEST = {"name": "Ana", "email": "ana@example.com"}


@pytest.fixture(scope="module", autouse=True)
def sound(shop):
    yield
    payments.invariants(shop)
    audit.store(shop)


@pytest.fixture
def variant(shop):
    return goods.variant(shop, 1000, price=3000)


def filled(client, variant, *cards, quantity=2):
    """A cart of 60.00 that pays with these cards."""
    made = good(client.call("create_cart", goods.items((variant, quantity))))
    for code in cards:
        made = good(client.call("add_cart_gift_card", {"code": code["code"]},
                                id=made["id"]))
    return made


def buy(shop, made, client=None, token="tok_success", **more):
    """Of a guest without a client."""
    if client is None:
        more["customer"] = GUEST
    return (client or shop.anonymous).call("checkout_cart", {
        "payment": {**TOKEN, "token": token}, **more}, id=made["id"])


def balance(shop, account):
    return shop.query("store", "select balance from core.credit where id ="
                               " %s", account)[0]["balance"]


def ledger(shop, account):
    return [(row["kind"], row["delta"]["amount"]) for row in reversed(good(
        shop.staff.call("list_credit_entries", id=account))["data"])]


@pytest.fixture
def buyer(shop):
    return str(uuid.uuid4())


@pytest.fixture
def client(shop, buyer):
    return shop.client("customer", sub=buyer)


def test_the_code_of_a_card_is_told_once_and_kept_nowhere(shop):
    made = card(shop, 1234, note="Natal")
    assert len(made["code"].replace("-", "")) == 16
    assert made["hint"] == made["code"][-4:]
    seen = good(shop.staff.call("get_gift_card", id=made["id"]))
    assert seen == {k: v for k, v in made.items() if k != "code"}
    for code in (made["code"], made["code"].lower(),
                 made["code"].replace("-", "").replace("0", "O")):
        found = good(shop.anonymous.call("check_gift_card", {"code": code}))
        assert found["balance"]["amount"] == 1234 and found["usable"]
    for name in ("credit", "credit_entry", "audit_entry", "idempotency"):
        rows = shop.query("store", "select to_jsonb(t)::text as row from"
                                   " core.%s t" % name)
        assert not [r for r in rows if made["code"] in r["row"]
                    or made["code"].replace("-", "") in r["row"]], name


def test_a_card_lowers_what_is_asked_for_not_the_total(shop, variant):
    first, second = card(shop, 1000), card(shop, 2500)
    made = filled(shop.anonymous, variant, first, second)
    assert made["total"]["amount"] == 6000
    assert made["amount_due"]["amount"] == 2500
    assert [c["amount"]["amount"] for c in made["credits"]] == [1000, 2500]
    quote = good(shop.anonymous.call("quote_cart", {}, id=made["id"]))
    assert quote["amount_due"] == made["amount_due"]
    bought = good(buy(shop, made, expected_due=made["amount_due"]), 201)
    assert bought["order"]["total"]["amount"] == 6000
    assert bought["order"]["status"] == "paid"
    assert bought["payment"]["amount"]["amount"] == 2500
    assert [c["captured"]["amount"] for c in bought["credits"]] \
        == [1000, 2500]
    assert ledger(shop, first["id"]) == [("issue", 1000), ("spend", -1000)]
    assert balance(shop, second["id"]) == 0


def test_what_credit_covers_needs_no_provider(shop, variant, buyer, client):
    """The card first, then the customer's own credit; nothing is asked for."""
    made = card(shop, 4000)
    own = good(shop.staff.call("grant_store_credit", {
        "amount": {"amount": 9000, "currency": "BRL"}}, id=buyer), 201)
    cart = filled(client, variant, made)
    cart = good(client.call("update_cart", {"store_credit": True},
                            id=cart["id"]))
    assert cart["amount_due"]["amount"] == 0
    headers = {"idempotency-key": key()}
    body = {"payment": {**TOKEN, "token": "tok_declined"}}
    answers = [client.call("checkout_cart", body, headers=headers,
                           id=cart["id"]) for _ in range(2)]
    bought, again = (good(answer, 201) for answer in answers)
    assert again == bought and bought["payment"] is None
    assert bought["order"]["status"] == "paid"
    assert (balance(shop, made["id"]), balance(shop, own["id"])) == (0, 7000)
    # all of it back: the order, which was not shipped, is canceled
    refund = good(shop.staff.call("create_order_refund", {},
                                  id=bought["order"]["id"]), 201)
    assert refund["status"] == "succeeded"
    assert (balance(shop, made["id"]),
            balance(shop, own["id"])) == (4000, 9000)
    assert good(client.call("get_order", id=bought["order"]["id"]))[
        "status"] == "canceled"


def test_a_canceled_order_gives_its_credit_back_once(shop, variant):
    made = card(shop, 1000)
    cart = filled(shop.anonymous, variant, made)
    bought = good(buy(shop, cart, token="tok_declined"), 201)
    order = bought["order"]
    assert order["status"] == "pending" and balance(shop, made["id"]) == 0
    # another payment is asked for what is left
    good(shop.anonymous.call("create_order_payment", {
        **TOKEN, "token": "tok_declined", "cart_id": cart["id"]},
        id=order["id"]), 201)
    assert {p["amount"]["amount"] for p in good(shop.admin.call(
        "list_order_payments", id=order["id"]))["data"]
        if p["provider"] == "test"} == {5000}
    good(shop.staff.call("cancel_order", id=order["id"]))
    problem(shop.staff.call("cancel_order", id=order["id"]), 409,
            "illegal_transition")
    assert ledger(shop, made["id"]) == [("issue", 1000), ("spend", -1000),
                                        ("refund", 1000)]


def test_an_order_that_expires_gives_its_credit_back(shop, variant):
    made = card(shop, 1000)
    bought = good(buy(shop, filled(shop.anonymous, variant, made),
                      token="tok_declined"), 201)
    shop.query("store", "update core.payment set created_at = now() -"
                        " interval '1 hour' where order_id = %s",
               bought["order"]["id"])

    def back():
        shop.query("store", "update core.job set due_at = now() where dedupe"
                            " = %s and status = 'waiting'",
                   bought["payment"]["id"])
        return balance(shop, made["id"]) == 1000
    wait.until(back, 60, "the credit", 0.2)
    assert ledger(shop, made["id"])[1:] == [("spend", -1000),
                                            ("refund", 1000)]


def test_a_refund_that_one_payment_cannot_give_comes_from_all(shop, variant):
    """The provider's first; the lines are the first refund's."""
    made = card(shop, 2500)
    order = good(buy(shop, filled(shop.anonymous, variant, made)),
                 201)["order"]
    body = {"items": [{"item_id": 1, "quantity": 2}],
            "amount": {"amount": 4000, "currency": "BRL"}}
    first = good(shop.staff.call("create_order_refund", body,
                                 id=order["id"]), 201)
    assert first["amount"]["amount"] == 3500
    rows = good(shop.staff.call("list_order_refunds",
                                id=order["id"]))["data"]
    part, = [r for r in rows if r["parent_id"] == first["id"]]
    assert part["amount"]["amount"] == 500
    assert part["credit_id"] == made["id"] and part["items"] == []
    assert balance(shop, made["id"]) == 500
    problem(shop.staff.call("create_order_refund", {
        "amount": {"amount": 2001, "currency": "BRL"}}, id=order["id"]), 409,
        "refund_too_large", available={"amount": 2000, "currency": "BRL"})


def test_a_refund_can_go_to_store_credit(shop, variant, client):
    bought = good(buy(shop, filled(client, variant), client), 201)
    order, asked = bought["order"]["id"], {
        "amount": {"amount": 1500, "currency": "BRL"}, "to": "store_credit"}
    refund = good(shop.staff.call("create_order_refund", asked, id=order),
                  201)
    assert (refund["status"], refund["reference"]) == ("succeeded", None)
    account, = good(client.call("list_my_store_credit"))["data"]
    assert account["balance"]["amount"] == 1500
    assert account["id"] == refund["credit_id"]
    # the provider, who knows nothing of it, may be asked for the rest
    rest = good(shop.staff.call("create_order_refund", {}, id=order), 201)
    assert rest["amount"]["amount"] == 4500
    paid = good(client.call("get_payment", id=bought["payment"]["id"]))
    assert paid["refunded"]["amount"] == 6000
    assert good(client.call("get_order", id=order))["status"] == "canceled"
    guest = good(buy(shop, filled(shop.anonymous, variant)), 201)["order"]
    problem(shop.staff.call("create_order_refund", {"to": "store_credit"},
                            id=guest["id"]), 422,
            "store_credit_needs_account")


def test_who_saw_another_amount_is_asked_again(shop, variant):
    made = card(shop, 1000)
    cart = filled(shop.anonymous, variant, made)
    good(shop.staff.call("adjust_credit", {
        "delta": {"amount": -400, "currency": "BRL"}, "reason": "engano"},
        id=made["id"]), 201)
    problem(buy(shop, cart, expected_due=cart["amount_due"]), 409,
            "due_changed", amount_due={"amount": 5400, "currency": "BRL"})
    assert balance(shop, made["id"]) == 600
    seen = good(shop.anonymous.call("get_cart", id=cart["id"]))
    assert (seen["status"], seen["amount_due"]["amount"]) == ("open", 5400)


@pytest.mark.parametrize("change", [
    {"active": False}, {"expires_at": "2020-01-01T00:00:00Z"}, None])
def test_a_card_that_gives_nothing_stands_against_the_order(shop, variant,
                                                            change):
    made = card(shop, 1000)
    cart = filled(shop.anonymous, variant, made)
    if change:
        good(shop.staff.call("update_gift_card", change, id=made["id"]))
    else:
        good(shop.staff.call("adjust_credit", {
            "delta": {"amount": -1000, "currency": "BRL"}, "reason": "x"},
            id=made["id"]), 201)
    seen = good(shop.anonymous.call("get_cart", id=cart["id"]))
    assert [(p["code"], p["gift_card_id"]) for p in seen["problems"]] == [
        ("gift_card_unusable", made["id"])]
    problem(buy(shop, cart), 409, "gift_card_unusable")
    problem(shop.anonymous.call("add_cart_gift_card", {"code": made["code"]},
                                id=cart["id"]),
            *((422, "gift_card_unknown") if change == {"active": False}
              else (409, "gift_card_unusable")))
    cart = good(shop.anonymous.call("remove_cart_gift_card", id=cart["id"],
                                    gift_card_id=made["id"]))
    assert cart["amount_due"]["amount"] == 6000
    good(buy(shop, cart), 201)


def test_cards_of_a_guest_stay_with_the_cart_at_login(shop, variant, client):
    good(client.call("create_cart", {}))
    guest = filled(shop.anonymous, variant, card(shop, 1000))
    problem(shop.anonymous.call("update_cart", {"store_credit": True},
                                id=guest["id"]), 422,
            "store_credit_needs_account")
    merged = good(client.call("merge_cart", id=guest["id"]))
    assert merged["amount_due"]["amount"] == 5000


def test_200_checkouts_with_one_card_spend_what_is_on_it(shop, variant):
    """Ten are paid by it; nobody else's order is made, and none is short."""
    made = card(shop, 30000)
    carts = shop.query("store", """
        with c as (insert into core.cart (gift_cards)
                   select array[%s::uuid] from generate_series(1, 200)
                   returning id),
             i as (insert into core.cart_item (cart_id, variant_id, quantity)
                   select id, %s, 1 from c)
        select id::text from c""", made["id"], variant)
    client = shop.client("customer")

    def ask(row):
        return client.call("checkout", {
            "cart_id": row["id"], "payment": {
                **TOKEN, "token": "tok_success"}})
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(ask, carts))
    won = [good(a) for a in answers if a.status_code == 201]
    assert len(won) == 10
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "gift_card_unusable")
    assert all(w["payment"] is None for w in won)
    assert balance(shop, made["id"]) == 0
    assert ledger(shop, made["id"])[1:] == [("spend", -3000)] * 10
