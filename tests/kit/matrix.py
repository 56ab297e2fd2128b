"""Every operation of the contract, called with samples: what the generated
tests in api/test_matrix_*.py have in common.
"""

import contextlib
import json

import pytest

from kit import contract as contracts
from kit.client import key

CONTRACT = contracts.load()
OPERATIONS = CONTRACT.operations


def ids(operations):
    return [operation.id for operation in operations]


def each(operations):
    operations = list(operations)
    return pytest.mark.parametrize("operation", operations,
                                   ids=ids(operations))


def send(client, operation, content=None, query=None, leave=(), **headers):
    """The operation with samples for all that it requires."""
    headers = {name.replace("_", "-"): value
               for name, value in headers.items()}
    if content is None and operation.body is not None \
            and operation.body_required:
        content = json.dumps(CONTRACT.sample(operation.body))
    if content is not None:
        headers.setdefault("content-type", body_type(operation))
    if operation.idempotency() == "required":
        headers.setdefault("idempotency-key", key())
    if operation.if_match() == "required":
        headers.setdefault("if-match", '"1"')
    for name in leave:
        headers.pop(name, None)
    parameters = {p["name"]: CONTRACT.sample(p["schema"])
                  for p in operation.named("query") if p.get("required")}
    parameters.update(query or {})
    # None of these may be one too many for those that come after.
    with client.elsewhere() if operation.extension.get("rate") \
            else contextlib.nullcontext(client) as caller:
        return caller.request(operation.method, operation.target(),
                              params=parameters, content=content,
                              headers=headers)


def body_type(operation):
    return next((kind for kind in operation.body_types if "json" in kind),
                next(iter(operation.body_types), "application/json"))
