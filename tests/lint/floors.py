"""The floors: who may include whom.

base stands on libc and small libraries, so that unit tests and fuzzers link
it without nginx; io on nginx's core and one library a file; gateway on base,
io and ngx_http.h; domain on gateway and base, and never looks sideways, but
for domains.c, the table of them all.
"""

import os
import re

from . import source

MAY = {
    "base": {"base"},
    "io": {"base", "io"},
    "gateway": {"base", "io", "gateway"},
    "domain": {"base", "gateway", "domain"},
    "top": {"base", "io", "gateway", "domain", "top"},
}

SMALL = r"(jansson\.h|yaml\.h|pcre2\.h|jwt\.h|argon2\.h|zlib\.h|openssl/\w+\.h)$"

LIBC = set("""assert ctype errno fcntl float inttypes limits locale math
pthread setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio
stdlib string strings time unistd wchar endian sys/types sys/stat sys/time
sys/mman sys/random sys/uio sys/socket sys/un netinet/in netinet/tcp
arpa/inet poll dirent glob""".split())

LIBRARIES = {
    "libpq": r"(libpq-fe|postgres_ext|libpq/.*|catalog/.*)\.h$",
    "hiredis": r"hiredis/",
    "curl": r"curl/",
    "rdkafka": r"librdkafka/",
    "argon2": r"argon2\.h$",
}


def floor(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else "top"


def includes(text):
    """(line, name, quoted) of each #include, comments gone, strings kept."""
    stripped = source.code(text, strings=True)
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]',
                             stripped, re.M):
        yield (source.line_of(stripped, match.start()), match.group(2),
               match.group(1) == '"')


def resolve(name, path, headers):
    """The file of the module that an include names, if it is one."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if beside in headers:
        return beside
    below = os.path.normpath(os.path.join("ngx_commerce_module", name))
    if below in headers:
        return below
    same = [header for header in headers
            if os.path.basename(header) == os.path.basename(name)]
    return same[0] if len(same) == 1 else None


def family(path):
    """domain/orders_group.c belongs to `orders`."""
    return re.split(r"[_.]", os.path.basename(path))[0]


def own(mine, path, target):
    """A complaint about including the module's own header, or None."""
    theirs = floor(target)
    if theirs not in MAY[mine]:
        return "%s must not include %s" % (mine, theirs)
    if mine == theirs == "domain" and family(path) not in (
            family(target), "domains"):
        return "domain files do not include each other sideways"
    return None


def foreign(mine, name):
    """A complaint about including a header of somebody else, or None."""
    if mine == "base":
        if name.startswith("ngx_"):
            return "base knows no nginx"
        if name[:-2] not in LIBC and not re.match(SMALL, name):
            return "base stands on libc and its small libraries only"
    if mine == "io" and name.startswith(("ngx_http", "ngx_stream")):
        return "io knows nginx's core only"
    if mine in ("domain", "gateway"):
        for library in ("libpq", "hiredis", "curl", "rdkafka"):
            if re.match(LIBRARIES[library], name):
                return "%s never sees %s" % (mine, library)
    return None


def findings(root):
    paths = source.tracked(root, source.C)
    headers = {path for path in paths if path.endswith(".h")}
    found = []
    for path in paths:
        mine = floor(path)
        used = set()
        for line, name, _ in includes(source.read(root, path)):
            target = resolve(name, path, headers)
            wrong = own(mine, path, target) if target else foreign(mine, name)
            used |= {library for library, pattern in LIBRARIES.items()
                     if not target and re.match(pattern, name)}
            if wrong:
                found.append("%s:%d: %s (%s)" % (path, line, wrong, name))
        if mine == "io" and len(used) > 1:
            found.append("%s:1: one library per file, not %s"
                         % (path, ", ".join(sorted(used))))
    return found
