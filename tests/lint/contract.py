"""The contract, the SQL and the C speak of the same things.

Every operation without a handler has one file sql/<db>/api/**/<id>.sql which
defines api.<id>; every handler is known to the C; every problem that SQL
raises is in x-commerce-problems, with the status that its SQLSTATE says. No
name is declared in two files, since they are one document.
"""

import os
import re

import yaml

from . import source

METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}


def documents(root):
    for path in source.tracked(root, r"^conf/contract/.*\.yaml$"):
        yield path, yaml.safe_load(source.read(root, path)) or {}


def operations(root):
    """(file, operationId, database, handler) of every operation."""
    for path, document in documents(root):
        default = (document.get("x-commerce") or {}).get("database", "store")
        for item in (document.get("paths") or {}).values():
            for method, operation in item.items():
                if method in METHODS:
                    own = operation.get("x-commerce") or {}
                    yield (path, operation.get("operationId"),
                           own.get("database", default), own.get("handler"))


def problems(root):
    """{code: status} of every file."""
    known = {}
    for _, document in documents(root):
        for code, problem in (document.get("x-commerce-problems")
                              or {}).items():
            known[code] = problem["status"]
    return known


def functions(root):
    """{(database, operation): [files]} below sql/<db>/api/."""
    files = {}
    for path in source.tracked(root, r"^sql/\w+/api/.*\.sql$"):
        name = os.path.splitext(os.path.basename(path))[0]
        files.setdefault((path.split("/")[1], name), []).append(path)
    return files


def operation_findings(root):
    files = functions(root)
    text = "".join(source.read(root, path)
                   for path in source.tracked(root, source.C))
    for path, name, database, handler in operations(root):
        if not name:
            yield "%s:1: an operation without operationId" % path
            continue
        if handler:
            if '"%s"' % handler not in text:
                yield "%s:1: %s: no handler %s" % (path, name, handler)
            continue
        found = files.get((database, name), [])
        if len(found) != 1:
            yield ("%s:1: %s has %d files sql/%s/api/**/%s.sql"
                   % (path, name, len(found), database, name))
        for file in found:
            if not re.search(r"function\s+api\.%s\s*\(" % name,
                             source.read(root, file), re.I):
                yield "%s:1: does not define api.%s" % (file, name)


def raised(text):
    """(position, status, code) of each raise with a class CM SQLSTATE."""
    plain = re.sub(r"--[^\n]*", source.blank, text)
    for match in re.finditer(r"\braise\b[^;]*;", plain, re.I):
        state = re.search(r"errcode\s*=\s*'CM(\d{3})'", match.group(0), re.I)
        code = re.search(r"message\s*=\s*'([^']*)'", match.group(0), re.I)
        if state and code:
            yield match.start(), int(state.group(1)), code.group(1)


def problem_findings(root):
    known = problems(root)
    for path in source.tracked(root, r"^sql/.*\.sql$"):
        if "/tests/" in path:
            continue
        text = source.read(root, path)
        for position, status, code in raised(text):
            place = "%s:%d" % (path, source.line_of(text, position))
            if code not in known:
                yield "%s: problem %s is in no contract" % (place, code)
            elif known[code] != status:
                yield ("%s: problem %s has status %d in the contract, not %d"
                       % (place, code, known[code], status))


def names(document):
    """Everything of a file that must be the only one of its name."""
    for path in document.get("paths") or {}:
        yield "path " + path
    for kind, entries in (document.get("components") or {}).items():
        for name in entries:
            yield "%s/%s" % (kind, name)
    for code in document.get("x-commerce-problems") or {}:
        yield "problem " + code


def duplicate_findings(root):
    first = {}
    for path, document in documents(root):
        for name in names(document):
            if first.setdefault(name, path) != path:
                yield ("%s:1: %s is in %s already"
                       % (path, name, first[name]))


def findings(root):
    return [*duplicate_findings(root), *operation_findings(root),
            *problem_findings(root)]
