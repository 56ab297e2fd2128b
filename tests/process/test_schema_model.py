"""Random schemas and values: the gateway's walk against python3-jsonschema.

Two implementations that share no line must agree on what fits.  Schemas are
drawn from the whole subset, values mostly so that they fit, with mistakes.
"""

import copy
import json
import os
import random
import subprocess

import jsonschema
import pytest

from kit import build

HELPER = os.path.join(build.ROOT, "tests", "kit", "lab", "schema_check.c")
SCHEMAS, VALUES = 60, 40
DEEP = 3


class Draw:
    """Everything random comes from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def one(self, choices):
        return self.random.choice(choices)

    def schema(self, depth=0):
        kinds = ["string", "integer", "number", "boolean", "enum"]
        if depth < DEEP:
            kinds += ["null", "const", "union", "array", "object", "object",
                      "one_of", "discriminated", "all_of"]
        return getattr(self, "_" + self.one(kinds))(depth)

    def _string(self, _):
        top = self.random.randint(1, 6)
        schema = {"type": "string", "maxLength": top}
        if self.chance(.3):
            schema["minLength"] = self.random.randint(0, top)
        if self.chance(.3):
            schema["pattern"] = self.one(["^[a-c]+$", "b", "^(a|é)", r"\d$"])
        return schema

    def _integer(self, _):
        low = self.random.randint(-5, 5)
        schema = {"type": "integer",
                  self.one(["minimum", "exclusiveMinimum"]): low,
                  "maximum": low + self.random.randint(0, 8)}
        if self.chance(.3):
            schema["multipleOf"] = self.random.randint(1, 4)
        return schema

    def _number(self, _):
        schema = {"type": "number"}
        if self.chance(.5):
            schema["minimum"] = self.one([0, -1.5, 2])
        if self.chance(.5):
            schema["exclusiveMaximum"] = self.one([3, 4.5])
        if self.chance(.3):
            schema["multipleOf"] = self.one([0.5, 0.25, 2])
        return schema

    def _boolean(self, _):
        return {"type": "boolean"}

    def _null(self, _):
        return {"type": "null"}

    def _enum(self, _):
        return {"enum": [self.value(DEEP - 1)
                         for _ in range(self.random.randint(1, 4))]}

    def _const(self, _):
        return {"const": self.value(DEEP - 1)}

    def _union(self, _):
        return {"type": ["string", "null", "boolean"], "maxLength": 3}

    def _array(self, depth):
        top = self.random.randint(0, 4)
        schema = {"type": "array", "maxItems": top,
                  "items": self.schema(depth + 1)}
        if self.chance(.3):
            schema["minItems"] = self.random.randint(0, top)
        if self.chance(.4):
            schema["uniqueItems"] = True
        return schema

    def _object(self, depth, names="abxy"):
        chosen = self.random.sample(names, self.random.randint(0, len(names)))
        schema = {"type": "object",
                  "properties": {name: self.schema(depth + 1)
                                 for name in chosen}}
        if chosen and self.chance(.5):
            schema["required"] = self.random.sample(
                chosen, self.random.randint(1, len(chosen)))
        if self.chance(.4):
            schema["additionalProperties"] = self.one(
                [True, self.schema(depth + 1)])
        if self.chance(.2):
            schema["maxProperties"] = self.random.randint(0, 3)
        if self.chance(.2):
            schema["minProperties"] = self.random.randint(0, 2)
        return schema

    def _one_of(self, depth):
        branches = [{"type": "null"}, {"type": "string", "maxLength": 2},
                    self._object(depth),
                    {"type": "array", "maxItems": 2,
                     "items": self.schema(depth + 1)},
                    {"type": "integer", "minimum": 0, "maximum": 3}]
        return {"oneOf": self.random.sample(branches,
                                            self.random.randint(1, 5))}

    def _discriminated(self, depth):
        branches = []
        for name in "abc"[:self.random.randint(1, 3)]:
            branch = self._object(depth)
            branch["properties"]["k"] = {"const": name}
            branch["required"] = sorted({"k", *branch.get("required", [])})
            branches.append(branch)
        return {"oneOf": branches, "discriminator": {"propertyName": "k"}}

    def _all_of(self, depth):
        schema = self._object(depth, "pqr")
        part = self._object(depth, "xyz")
        schema.pop("additionalProperties", None)
        part.pop("additionalProperties", None)
        schema["allOf"] = [part]
        return schema

    def value(self, depth=0):
        kinds = 5 if depth >= DEEP else 7
        kind = self.random.randrange(kinds)
        if kind == 0:
            return "".join(self.one("abcé1")
                           for _ in range(self.random.randint(0, 5)))
        if kind < 5:
            return [self.random.randint(-6, 8),
                    self.one([0.5, 1.25, -2.5, 3.75, 2.1]),
                    self.chance(.5), None][kind - 1]
        if kind == 5:
            return [self.value(depth + 1)
                    for _ in range(self.random.randint(0, 4))]
        value = {name: self.value(depth + 1)
                 for name in self.random.sample("abxykpqrz",
                                                self.random.randint(0, 4))}
        if self.chance(.4):
            value["k"] = self.one("abcd")
        return value

    def fitting(self, schema):
        """A value that mostly fits."""
        if schema is True or self.chance(.08):
            return self.value()
        if "oneOf" in schema:
            return self.fitting(self.one(schema["oneOf"]))
        if "enum" in schema or "const" in schema:
            return copy.deepcopy(self.one(schema.get("enum",
                                                     [schema.get("const")])))
        kind = schema["type"]
        if isinstance(kind, list):
            return self.one([None, True, "ab", ""])
        if kind == "string":
            return "".join(self.one("abcé1") for _ in range(
                self.random.randint(0, schema["maxLength"])))
        if kind == "integer":
            return self.random.randint(
                schema.get("minimum", schema.get("exclusiveMinimum")),
                schema["maximum"])
        if kind == "array":
            return [self.fitting(schema["items"]) for _ in range(
                self.random.randint(0, schema["maxItems"]))]
        if kind == "object":
            merged = merge(schema)
            return {name: self.fitting(part)
                    for name, part in merged["properties"].items()
                    if name in merged.get("required", []) or self.chance(.6)}
        return {"number": self.one([0, 1, 2, 2.5, 0.25, 3]),
                "boolean": True, "null": None}[kind]


def merge(schema):
    """allOf as the gateway reads it: one object of all parts."""
    schema = copy.deepcopy(schema)
    for part in schema.pop("allOf", []):
        schema["properties"].update(part["properties"])
        schema["required"] = [*schema.get("required", []),
                              *part.get("required", [])]
        for limit in ("minProperties", "maxProperties"):
            if limit in part:
                schema.setdefault(limit, part[limit])
    return schema


def closed(schema):
    """Objects of requests are closed unless they say otherwise."""
    if not isinstance(schema, dict):
        return schema
    schema = merge(schema) if "allOf" in schema else copy.deepcopy(schema)
    if schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
        schema["properties"] = {name: closed(part) for name, part
                                in schema["properties"].items()}
        schema["additionalProperties"] = closed(
            schema["additionalProperties"])
    if "items" in schema:
        schema["items"] = closed(schema["items"])
    if "oneOf" in schema:
        schema["oneOf"] = [closed(part) for part in schema["oneOf"]]
    return schema


def contract(schemas):
    letters = "abcdefghij"
    return {
        "openapi": "3.1.0", "info": {}, "security": [],
        "x-commerce": {"database": "store"},
        "paths": {"/%d" % number: {"post": {
            "operationId": "".join(letters[int(digit)]
                                   for digit in str(number)),
            "requestBody": {"content": {"application/json": {
                "schema": schema}}},
            "responses": {"204": {"description": "Fits."}}}}
            for number, schema in enumerate(schemas)}}


@pytest.mark.parametrize("seed", range(8))
def test_schema_model(tmp_path, seed):
    draw = Draw(seed)
    schemas = [draw.schema() for _ in range(SCHEMAS)]
    values = [(number, draw.fitting(schema))
              for number, schema in enumerate(schemas) for _ in range(VALUES)]
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(contract(schemas), ensure_ascii=False))

    done = subprocess.run(
        [build.unit(HELPER), str(path)], text=True, capture_output=True,
        timeout=60, input="".join("%d %s\n" % (number, json.dumps(value))
                                  for number, value in values))
    assert done.returncode == 0, done.stderr

    judges = [jsonschema.Draft202012Validator(closed(schema))
              for schema in schemas]
    answers = done.stdout.splitlines()
    assert len(answers) == len(values)
    fits = 0
    for (number, value), answer in zip(values, answers):
        fit = judges[number].is_valid(value)
        fits += fit
        assert answer[0] == "01"[fit], (schemas[number], value, answer)
    assert len(values) / 4 < fits < len(values)
