"""How each status of imports, exports and the cache comes about."""

from kit import goods, wait
from kit.client import PREFIX, good

from .recipes import recipe

FILE = "sku,name,price\nR-1,Receita,1.00\n,Sem SKU,1.00\n"


def upload(shop, text=FILE, **query):
    return shop.staff.post(PREFIX + "/admin/imports", content=text.encode(),
                           params=query, headers={"content-type": "text/csv"})


def finished(shop, **query):
    """An import that is over, with a refused row."""
    made = good(upload(shop, **query), 202)

    def over():
        seen = good(shop.staff.call("get_import", id=made["id"]), 200)
        return seen if seen["status"] in ("done", "failed") else None
    return wait.until(over, 60, "an import to finish")


@recipe("create_import", 202)
def staged(shop):
    return upload(shop)


@recipe("create_import", 422)
def without_sku(shop):
    return upload(shop, "name\nA\n")


@recipe("get_import", 200)
def one(shop):
    return shop.staff.call("get_import", id=finished(shop)["id"])


@recipe("get_import_errors", 200)
def refused(shop):
    return shop.staff.call("get_import_errors", id=finished(shop)["id"])


@recipe("list_import_changes", 200)
def rehearsed(shop):
    return shop.staff.call("list_import_changes",
                           id=finished(shop, dry_run="true")["id"])


@recipe("list_imports", 200)
def listed(shop):
    finished(shop)
    return shop.staff.call("list_imports")


@recipe("export_products", 200)
def exported(shop):
    return shop.staff.call("export_products")


@recipe("export_products", 422)
def of_too_many_attributes(shop):
    made = goods.product(shop)
    attributes(shop, made, 1601)
    answer = shop.staff.call("export_products")
    attributes(shop, made, 0)
    return answer


def attributes(shop, product, count):
    shop.query("store", """
        update core.product set attributes = (
            select coalesce(jsonb_object_agg('a' || n, n), '{}')
            from generate_series(1, %s) n)
        where id = %s returning id""", count, product["id"])


@recipe("export_stock", 200)
def counted(shop):
    return shop.staff.call("export_stock")


@recipe("export_stock", 422)
def nowhere(shop):
    return shop.staff.call("export_stock", query={"location_id": 999999})


@recipe("export_orders", 200)
def sold(shop):
    return shop.staff.call("export_orders")


@recipe("export_customers", 200)
def people(shop):
    return shop.staff.call("export_customers")


@recipe("get_cache", 200)
def looked_at(shop):
    return shop.admin.call("get_cache")


@recipe("clear_cache", 204)
def cleared(shop):
    return shop.admin.call("clear_cache")
