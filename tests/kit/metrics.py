"""Reads /metrics as strictly as Prometheus' text format 0.0.4 is written."""

import re

from .client import fetch

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
HEAD = re.compile(r"# (HELP|TYPE) (%s) (.+)$" % NAME)
SAMPLE = re.compile(r"(%s)(?:\{(.*)\})? (\d+(?:\.\d+)?)$" % NAME)
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')


class Metrics(dict):
    """{(name, ((label, value), ...)): number}, and what each name is."""

    def __init__(self):
        super().__init__()
        self.types = {}
        self.helps = {}

    def get(self, name, default=0.0, **labels):
        return super().get((name, tuple(sorted(labels.items()))), default)

    def sum(self, name, **labels):
        """Over all series of the name that have these labels."""
        wanted = set(labels.items())
        return sum(value for (known, given), value in self.items()
                   if known == name and wanted <= set(given))

    def names(self):
        return {name for name, _ in self}


def read(uds):
    """The text, asked for over a unix socket."""
    answer = fetch("http://shop/metrics", uds=uds)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == \
        "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def scrape(uds):
    return parse(read(uds))


def parse(text):
    found, family, seen = Metrics(), None, set()
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        head = HEAD.match(line)
        if head:
            kind, name, rest = head.groups()
            if kind == "HELP":
                assert name not in found.helps, "twice: " + name
                found.helps[name] = rest
            else:
                assert rest in ("counter", "gauge", "histogram"), line
                assert name in found.helps and name not in found.types, line
                found.types[name] = rest
                family = name
            continue
        name, labels, value = SAMPLE.match(line).groups()
        assert _family(name, found.types) == family, line
        key = name, tuple(sorted(_labels(labels or "")))
        assert key not in seen, "twice: " + line
        seen.add(key)
        found[key] = float(value)
    _check(found)
    return found


def _family(name, types):
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    return base if types.get(base) == "histogram" else name


def _labels(text):
    """[(name, value)], the whole text read and no name twice."""
    pairs = LABEL.findall(text)
    assert ",".join('%s="%s"' % pair for pair in pairs) == text, text
    assert len({name for name, _ in pairs}) == len(pairs), text
    return [(name, re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(
        m.group(1), m.group(1)), value)) for name, value in pairs]


def _check(found):
    """Conventions, and that histograms are what they say."""
    for name, kind in found.types.items():
        assert name.startswith("commerce_"), name
        assert (kind == "counter") == name.endswith("_total"), name
        assert not re.search(r"_(ms|us|milliseconds|kb|mib)(_|$)", name), name
    for (name, labels), value in list(found.items()):
        if not name.endswith("_count") \
                or found.types.get(name[:-6]) != "histogram":
            continue
        base, rows = name[:-6], []
        for (other, given), number in found.items():
            if other == base + "_bucket" \
                    and tuple(p for p in given if p[0] != "le") == labels:
                rows.append((float(dict(given)["le"]), number))
        assert [row for row in rows] == sorted(rows), name
        assert rows[-1] == (float("inf"), value), (name, labels, rows[-1])
