"""How the statuses of the audit log come about."""

from .recipes import recipe

recipe("list_audit", 200)(lambda shop: shop.admin.call("list_audit"))
