"""How the statuses of webhooks come about."""

import uuid

from kit.client import good, key

from .recipes import recipe

STALE = {"if-match": '"99"'}


def webhook(shop, **more):
    """An endpoint of the public network that nothing is sent to."""
    return good(shop.admin.call("create_webhook", {
        "url": "https://example.com/hook", "events": ["nothing.at_all"],
        **more}), 201)


def delivery(shop, status):
    """A delivery that has ended or, pending, is waited for in vain."""
    made = webhook(shop)
    row = shop.query("store", """
        insert into core.webhook_delivery (endpoint_id, event_id, type,
                                           subject, status, body)
        values (%s, 'x/1', 'nothing.at_all', 'x', %s, '{}') returning id""",
                     made["id"], status)
    return {"id": made["id"], "delivery_id": str(row[0]["id"])}


def disabled(shop):
    made = webhook(shop)
    good(shop.admin.call("update_webhook", {"status": "disabled"},
                         id=made["id"]))
    return made


recipe("list_webhooks", 200)(lambda shop: shop.admin.call("list_webhooks"))
recipe("create_webhook", 201)(lambda shop: shop.admin.call(
    "create_webhook", {"url": "https://example.com/"}))
recipe("get_webhook", 200)(lambda shop: shop.admin.call(
    "get_webhook", id=webhook(shop)["id"]))
recipe("update_webhook", 200)(lambda shop: shop.admin.call(
    "update_webhook", {"events": ["order.*"]}, id=webhook(shop)["id"]))
recipe("update_webhook", 412)(lambda shop: shop.admin.call(
    "update_webhook", {}, headers=STALE, id=webhook(shop)["id"]))
recipe("delete_webhook", 204)(lambda shop: shop.admin.call(
    "delete_webhook", id=webhook(shop)["id"]))
recipe("delete_webhook", 412)(lambda shop: shop.admin.call(
    "delete_webhook", headers=STALE, id=webhook(shop)["id"]))
recipe("rotate_webhook_secret", 200)(lambda shop: shop.admin.call(
    "rotate_webhook_secret", id=webhook(shop)["id"]))
recipe("test_webhook", 202)(lambda shop: shop.admin.call(
    "test_webhook", id=webhook(shop)["id"]))
recipe("test_webhook", 409)(lambda shop: shop.admin.call(
    "test_webhook", id=disabled(shop)["id"]))
recipe("list_webhook_deliveries", 200)(lambda shop: shop.admin.call(
    "list_webhook_deliveries", id=webhook(shop)["id"]))
recipe("get_webhook_delivery", 200)(lambda shop: shop.admin.call(
    "get_webhook_delivery", **delivery(shop, "failed")))
recipe("redeliver_webhook", 202)(lambda shop: shop.admin.call(
    "redeliver_webhook", **delivery(shop, "failed")))
recipe("redeliver_webhook", 409)(lambda shop: shop.admin.call(
    "redeliver_webhook", **delivery(shop, "pending")))


def reused(operation, ask):
    """A key that has answered something else."""
    def twice(shop):
        client, headers = shop.client("admin"), {"idempotency-key": key()}
        ask(shop, client, headers)
        return ask(shop, client, headers)
    recipe(operation, 422)(twice)


reused("test_webhook", lambda shop, client, headers: client.call(
    "test_webhook", headers=headers, id=webhook(shop)["id"]))
reused("redeliver_webhook", lambda shop, client, headers: client.call(
    "redeliver_webhook", headers=headers, **delivery(shop, "failed")))


@recipe("update_webhook", 409)
def held(shop):
    """A key that somebody else's transaction is writing."""
    name, client = str(uuid.uuid4()), shop.client("admin")
    made = webhook(shop)
    with shop.cluster.connect(shop.copies["store"]) as connection:
        with connection.transaction():
            connection.execute(
                "insert into core.idempotency (scope, operation, key,"
                " fingerprint) values (%s, 'update_webhook', %s, 'x')",
                [client.sub, name])
            return client.call("update_webhook", {}, headers={
                "idempotency-key": name}, id=made["id"])
