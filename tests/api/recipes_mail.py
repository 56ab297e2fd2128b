"""How the statuses of mail templates come about."""

from .recipes import recipe

recipe("list_mail_templates", 200)(
    lambda shop: shop.admin.call("list_mail_templates"))
recipe("get_mail_template", 200)(
    lambda shop: shop.admin.call("get_mail_template", name="order_created"))
