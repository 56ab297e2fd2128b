"""conf/DIRECTIVES.md tells of every directive, and of no other.

Each has a section `### name` with a line each for Syntax, Default and
Context, as nginx.org writes them, and at least one sentence.
"""

import re

from . import source

PAGE = "conf/DIRECTIVES.md"


def declared(root):
    """{name: place} of every ngx_command_t entry of the module."""
    names = {}
    for path in source.tracked(root, source.C):
        text = source.code(source.read(root, path), strings=True)
        for table in re.finditer(r"ngx_command_t\s+\w+\[\]\s*=\s*\{(.*?)\n\s*"
                                 r"ngx_null_command", text, re.S):
            for entry in re.finditer(r'\{\s*ngx_string\("(\w+)"\)',
                                     table.group(1)):
                place = table.start(1) + entry.start()
                names[entry.group(1)] = (path, source.line_of(text, place))
    return names


def documented(text):
    """{name: (line, section)} of the page's sections."""
    sections = {}
    for match in re.finditer(r"^### `?(\w+)`?[^\n]*\n(.*?)(?=^#{1,3} |\Z)",
                             text, re.M | re.S):
        sections[match.group(1)] = (source.line_of(text, match.start()),
                                    match.group(2))
    return sections


def incomplete(section):
    """What a section lacks."""
    plain = re.sub(r"[*`|_]", "", section)
    for word in ("Syntax", "Default", "Context"):
        if not re.search(r"^\W*%s:" % word, plain, re.M):
            yield word
    prose = re.sub(r"^\W*(Syntax|Default|Context):.*$", "", plain, flags=re.M)
    if not re.search(r"\w+ \w+ \w+", prose):
        yield "prose"


def findings(root):
    names = declared(root)
    pages = source.tracked(root, "^" + re.escape(PAGE) + "$")
    sections = documented(source.read(root, PAGE)) if pages else {}
    found = ["%s:%d: %s is not in %s" % (*names[name], name, PAGE)
             for name in sorted(set(names) - set(sections))]
    for name, (line, section) in sorted(sections.items()):
        if name not in names:
            found.append("%s:%d: no directive %s" % (PAGE, line, name))
            continue
        found += ["%s:%d: %s lacks %s" % (PAGE, line, name, word)
                  for word in incomplete(section)]
    return found
