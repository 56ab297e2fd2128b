"""How the statuses of analytics come about."""

from .recipes import recipe

recipe("list_sales", 200)(lambda shop: shop.staff.call("list_sales"))
recipe("export_sales", 200)(lambda shop: shop.staff.call("export_sales"))
recipe("list_top_products", 200)(
    lambda shop: shop.staff.call("list_top_products"))
recipe("get_kpis", 200)(lambda shop: shop.staff.call("get_kpis"))
