"""The contract as a test reads it: OpenAPI by PyYAML and python3-jsonschema.

Written apart from the C on purpose: where the two disagree, a test fails.
"""

import copy
import functools
import glob
import os
import re

import jsonschema
import yaml

from .build import ROOT

METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1"

FORMATS = {
    "uuid": "0190163d-8694-739b-aea5-966c26f8ad91",
    "email": "ana@example.com",
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "uri": "https://example.com/a",
}


class Operation:
    """One operation with all references resolved."""

    def __init__(self, contract, prefix, path, method, node, defaults):
        self.id = node["operationId"]
        self.contract = contract
        self.method = method.upper()
        self.path = prefix + path
        self.extension = {**defaults["extension"],
                          **(node.get("x-commerce") or {})}
        self.aliases = self.extension.get("aliases", [])
        self.parameters = [contract.deref(p) for p in
                           [*defaults["parameters"],
                            *node.get("parameters", [])]]
        self.security = node.get("security", defaults["security"])
        body = contract.deref(node.get("requestBody") or {})
        self.body_required = body.get("required", False)
        self.body_types = body.get("content") or {}
        self.body = self._json(self.body_types)
        self.responses = {status: contract.deref(response)
                          for status, response in node["responses"].items()}

    @staticmethod
    def _json(content):
        """The schema of the JSON type among the media types, if any."""
        for kind, media in content.items():
            if kind.startswith("application/") and "json" in kind \
                    and "ndjson" not in kind:
                return media.get("schema") or {}
        return None

    def __repr__(self):
        return self.id

    @property
    def public(self):
        return self.security == []

    @property
    def optional(self):
        return {} in (self.security or [])

    @property
    def protected(self):
        return not self.public and not self.optional

    @property
    def scopes(self):
        """The alternatives: each a set of scopes which are needed together."""
        return [set(entry["bearer"]) for entry in self.security
                if "bearer" in entry]

    def allows(self, scopes):
        return any(entry <= set(scopes) for entry in self.scopes)

    def success(self):
        """The first 2xx status declared."""
        return int(next(s for s in self.responses if s.startswith("2")))

    def named(self, place):
        return [p for p in self.parameters if p["in"] == place]

    def target(self, **values):
        """The path with its parameters filled in, samples where not given."""
        def fill(match):
            name = match.group(1)
            if name in values:
                return str(values[name])
            for parameter in self.named("path"):
                if parameter["name"] == name:
                    return str(self.contract.sample(parameter["schema"]))
            raise KeyError(name)
        return re.sub(r"\{(\w+)\}", fill, self.path)

    def idempotency(self):
        default = "accepted" if self.method in ("POST", "PATCH") else "none"
        return self.extension.get("idempotency", default)

    def if_match(self):
        return self.extension.get("if_match", "none")


class Resolver:
    """What jsonschema asks for what $ref means, kept by the contract.

    Its own would walk through the whole document for each new validator.
    """

    def __init__(self, resolve):
        self._resolve = functools.lru_cache(maxsize=None)(resolve)

    def resolve(self, reference):
        return "", self._resolve(reference)

    def push_scope(self, scope):
        """There is one document, thus one scope."""

    def pop_scope(self):
        """See push_scope."""


class Contract:
    def __init__(self, files):
        self.files = files
        self.document = {"components": {}, "x-commerce-problems": {}}
        self._resolver = Resolver(self.resolve)
        self._formats = jsonschema.FormatChecker()
        parsed = []
        for path in self.files:
            with open(path, encoding="utf-8") as file:
                parsed.append(self._localise(
                    yaml.load(file, yaml.CSafeLoader) or {}))
        for document in parsed:
            for kind, entries in (document.get("components") or {}).items():
                self.document["components"].setdefault(kind, {}).update(
                    entries)
            self.document["x-commerce-problems"].update(
                document.get("x-commerce-problems") or {})
        self.operations = [operation for document in parsed
                           for operation in self._operations(document)]
        self.by_id = {operation.id: operation
                      for operation in self.operations}
        self.problems = self.document["x-commerce-problems"]
        self._routes = [(self._pattern(path), operation)
                        for operation in self.operations
                        for path in [operation.path, *operation.aliases]]
        self._routes.sort(key=lambda route: route[0].groups)

    def _localise(self, node):
        """'file.yaml#/x' becomes '#/x': the files are one document."""
        if isinstance(node, dict):
            return {key: re.sub(r"^[^#]*#", "#", value)
                    if key == "$ref" and isinstance(value, str)
                    else self._localise(value)
                    for key, value in node.items()}
        if isinstance(node, list):
            return [self._localise(value) for value in node]
        return node

    @staticmethod
    def _prefix(node, default):
        servers = node.get("servers")
        return servers[0]["url"].rstrip("/") if servers else default

    def _operations(self, document):
        prefix = self._prefix(document, "")
        for path, item in (document.get("paths") or {}).items():
            defaults = {"parameters": item.get("parameters", []),
                        "security": document.get("security"),
                        "extension": document.get("x-commerce") or {}}
            for method in METHODS:
                if method in item:
                    yield Operation(self, self._prefix(item, prefix), path,
                                    method, item[method], defaults)

    def deref(self, node):
        while isinstance(node, dict) and "$ref" in node:
            node = self.resolve(node["$ref"])
        return node

    def resolve(self, reference):
        node = self.document
        for part in reference[2:].split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            node = node[part]
        return node

    @staticmethod
    def _pattern(path):
        return re.compile("^%s$" % re.sub(r"\\\{\w+\\\}", "([^/]+)",
                                          re.escape(path)))

    def match(self, method, path):
        """The operation of a request: literals before parameters."""
        if method == "HEAD":
            method = "GET"
        for pattern, operation in self._routes:
            if operation.method == method and pattern.match(path):
                return operation
        return None

    def errors(self, schema, value):
        """What is wrong with the value, as text."""
        validator = jsonschema.Draft202012Validator(
            plain(schema), resolver=self._resolver,
            format_checker=self._formats)
        return ["%s: %s" % (error.json_path, error.message[:300])
                for error in validator.iter_errors(value)]

    def check(self, response, undeclared=()):
        """Complaints about an httpx response that the contract rules."""
        operation = self.match(response.request.method,
                               response.request.url.path)
        if operation is None or response.status_code == 304:
            return operation, []
        declared = operation.responses.get(str(response.status_code))
        if declared is None:
            if response.status_code < 400:
                return operation, ["status %d is not declared"
                                   % response.status_code]
            declared = self.deref(
                {"$ref": "#/components/responses/Problem400"})
        return operation, self._body_errors(response, declared)

    def _body_errors(self, response, declared):
        content = declared.get("content") or {}
        if response.request.method == "HEAD":
            return []
        if not content:
            return ["a body where none is declared"] if response.content \
                else []
        kind = response.headers.get("content-type", "").split(";")[0]
        if kind not in content:
            return ["type %r, not one of %s" % (kind, list(content))]
        schema = content[kind].get("schema")
        if schema is None or "json" not in kind or kind.endswith("lines"):
            return []
        value = response.json()
        return self.errors(schema, value) + self.strangers(schema, value)

    def properties(self, schema):
        """{name: schema} of an object's members; None when any may come."""
        schema = self.deref(schema)
        found = dict(schema.get("properties") or {})
        parts = schema.get("allOf", []) + schema.get("oneOf", [])
        for part in parts:
            inner = self.properties(part)
            if inner is None:
                return None
            found.update(inner)
        if schema.get("additionalProperties") or not (
                "properties" in schema or parts):
            return None
        return found

    def strangers(self, schema, value, path="$"):
        """Members that no schema declares: what a row let slip out."""
        schema = self.deref(schema)
        if isinstance(value, list) and "items" in schema:
            return [complaint for number, item in enumerate(value)
                    for complaint in self.strangers(
                        schema["items"], item, "%s[%d]" % (path, number))]
        if not isinstance(value, dict):
            return []
        known = self.properties(schema)
        if known is None:
            return []
        found = ["%s.%s is not declared" % (path, name)
                 for name in value if name not in known]
        for name in value.keys() & known.keys():
            found += self.strangers(known[name], value[name],
                                    "%s.%s" % (path, name))
        return found

    def sample(self, schema, readonly=False):
        """The smallest valid value, or the schema's own example."""
        schema = self.deref(schema)
        if "example" in schema:
            return copy.deepcopy(schema["example"])
        if schema.get("examples"):
            return copy.deepcopy(schema["examples"][0])
        for name in ("const", "default"):
            if name in schema:
                return copy.deepcopy(schema[name])
        if "enum" in schema:
            return schema["enum"][0]
        if "allOf" in schema:
            merged = {}
            for part in schema["allOf"]:
                merged.update(self.sample(part))
            return merged
        if "oneOf" in schema:
            return self.sample(schema["oneOf"][0])
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0]
        return getattr(self, "_" + (kind or "object"))(schema)

    def _object(self, schema):
        value = {name: self.sample(schema["properties"][name])
                 for name in schema.get("required", [])
                 if name in schema.get("properties", {})}
        for name, child in (schema.get("properties") or {}).items():
            if len(value) >= schema.get("minProperties", 0):
                break
            value.setdefault(name, self.sample(child))
        return value

    def _array(self, schema):
        return [self.sample(schema["items"])
                for _ in range(schema.get("minItems", 0))]

    @staticmethod
    def _string(schema):
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        size = max(schema.get("minLength", 1), 1)
        for text in ("BRL", "a" * size, "A" * size, "1" * size, "a1", "1.0",
                     "abc-1", "00000000"):
            if len(text) >= size and re.search(schema.get("pattern", ""),
                                               text):
                return text
        raise ValueError("no sample for pattern %s" % schema["pattern"])

    @staticmethod
    def _integer(schema):
        return int(max(schema.get("minimum", 1), 1))

    def _number(self, schema):
        return self._integer(schema)

    @staticmethod
    def _boolean(schema):
        return True

    @staticmethod
    def _null(schema):
        return None


def plain(schema):
    """Without OpenAPI's own keywords that jsonschema reads otherwise."""
    return {key: value for key, value in schema.items()
            if key not in ("example", "discriminator")}


FILES = sorted(glob.glob(os.path.join(ROOT, "conf", "contract", "*.yaml")))
LAB = os.path.join(ROOT, "tests", "kit", "lab", "lab.yaml")


@functools.lru_cache(maxsize=2)
def load(lab=False):
    """The product's contract; with the operations of the tests' own lab."""
    return Contract([*FILES, LAB] if lab else FILES)
