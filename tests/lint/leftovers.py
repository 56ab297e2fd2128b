"""Nothing of the machine it was made on, and nothing left for later."""

import re

from . import source

# Written so that this file does not find itself.
MACHINE = (r"(^|[^A-Za-z0-9_.-])/(%s)/[A-Za-z.]"
           % "|".join(("wor" + "k", "far" + "m", "hom" + "e", "Use" + "rs")))
HOSTS = r"https?://[\w.-]*(%s)[\w.-]*[:/]" % "|".join(
    ("registr" + "y", "mirro" + "r", "artifactor" + "y", "nexu" + "s"))
LATER = r"\b(%s)\b" % "|".join(("TOD" + "O", "FIXM" + "E", "XX" + "X",
                                "NOLIN" + "T"))
SKIPS = r"pytest\.(mark\.)?(%s)|\b(it|test|describe)\.skip\b" % "|".join(
    ("ski" + "p", "xfai" + "l"))

TEXT = (r"(\.(c|h|py|sql|yaml|yml|md|sh|lua|ts|tsx|js|json|conf|in|ini|txt"
        r"|html|css|service|supp|dict)|^config|^commerce|/run|^sql/apply)$")


def findings(root):
    found = []
    for path in source.tracked(root, TEXT):
        if path.endswith("package-lock.json"):
            continue
        for number, line in enumerate(source.read(root, path).split("\n"), 1):
            for pattern, what in ((MACHINE, "a path of some machine"),
                                  (HOSTS, "a host of some machine"),
                                  (LATER, "left for later"),
                                  (SKIPS, "a skipped test")):
                if re.search(pattern, line):
                    found.append("%s:%d: %s" % (path, number, what))
    return found
