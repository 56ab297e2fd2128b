"""Stories that bring an operation to a status that the contract declares.

RECIPES is {(operation, status): function of the shop that gives a response}.
"""

RECIPES = {}


def recipe(operation, *statuses):
    def register(function):
        for status in statuses:
            RECIPES[operation, status] = function
        return function
    return register


from . import recipes_analytics  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_audit  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_cart  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_credit  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_identity  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_imports  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_jobs  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_mail  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_media  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_orders  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_pages  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_pricing  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_payments  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_settings  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_store  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_webhooks  # noqa: E402,F401 pylint: disable=C0413
from . import recipes_wishes  # noqa: E402,F401 pylint: disable=C0413
