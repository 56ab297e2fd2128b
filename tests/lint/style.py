"""nginx's style, as far as a program can see it."""

import re

from . import source

COLUMNS = 80
PYTHON = 100              # data in literals may be wide
FUNCTION = 60
FILE = 600

LONG = (r"^(ngx_commerce_module/.*\.[ch]|tests/.*\.(py|c|h|lua)|sql/.*\.sql"
        r"|sql/apply|frontend/.*\.(ts|tsx)|commerce)$")


def lines(path, text, columns=COLUMNS):
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > columns:
            yield "%s:%d: %d columns" % (path, number, len(line))
        if "\t" in line:
            yield "%s:%d: a tab" % (path, number)
        if line != line.rstrip():
            yield "%s:%d: space at the end" % (path, number)


def comments(path, text):
    """`//` outside of comments and strings."""
    pattern = (r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
               r'|(//)')
    for match in re.finditer(pattern, text, re.S):
        if match.group(1):
            yield ("%s:%d: a // comment"
                   % (path, source.line_of(text, match.start())))
    if not text.lstrip().startswith("/*"):
        yield "%s:1: the file does not open with a comment" % path


def lengths(path, stripped):
    for name, first, last in source.functions(stripped):
        if last - first + 1 > FUNCTION:
            yield ("%s:%d: %s has %d lines"
                   % (path, first, name, last - first + 1))


def spacing(path, stripped, text):
    """Two blank lines after a function, return types on lines of their own."""
    rows = text.split("\n")
    for name, _, last in source.functions(stripped):
        after = [row.strip() for row in rows[last:last + 3]]
        if len(rows) - last <= 1 or after[:1] and after[0].startswith("#"):
            continue
        rest = [row for row in rows[last:] if row.strip()]
        if rest and (after[:2] != ["", ""] or after[2] == ""):
            yield ("%s:%d: not two blank lines after %s"
                   % (path, last + 1, name))
    for match in re.finditer(r"^(?!else\b)[a-z]\w*[ *]+(?:\w+[ *]+)*"
                             r"(\w+)\([^;{}]*\)\s*\n?\{",
                             stripped, re.M):
        yield ("%s:%d: the return type of %s is not on its own line"
               % (path, source.line_of(stripped, match.start()),
                  match.group(1)))


def braces(path, stripped):
    """A brace after every if, for, while and else: macros lie in wait."""
    visible = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", source.blank,
                     stripped, flags=re.M)
    for match in re.finditer(r"\b(if|for|while|switch|else)\b", visible):
        word, position = match.group(1), match.end()
        before = visible[:match.start()].rstrip()
        if word == "else":
            rest = visible[position:].lstrip()
            good = rest.startswith(("{", "if"))
        else:
            opening = visible.find("(", position)
            after = visible[source.closing(visible, opening):].lstrip()
            good = after.startswith("{") or (
                word == "while" and before.endswith("}")
                and after.startswith(";"))
        if not good:
            yield ("%s:%d: no brace after %s"
                   % (path, source.line_of(visible, match.start()), word))


def findings(root):
    found = []
    for path in source.tracked(root, source.C):
        text = source.read(root, path)
        stripped = source.code(text)
        found += lines(path, text)
        found += comments(path, text)
        found += lengths(path, stripped)
        found += spacing(path, stripped, text)
        found += braces(path, stripped)
    for path in source.tracked(root, r"^tests/.*\.[ch]$"):
        found += lines(path, source.read(root, path))
    for path in source.tracked(root, r"^tests/.*\.py$"):
        found += lines(path, source.read(root, path), PYTHON)
    for path in source.tracked(root, LONG):
        count = source.read(root, path).count("\n")
        if count > FILE:
            found.append("%s:1: %d lines" % (path, count))
    return found
