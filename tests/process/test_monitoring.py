"""The files for Prometheus and Grafana fit what the gateway exports.

promtool reads the rules and plays them; each metric and each label that a rule
or a panel names is looked for in what /metrics says of a shop that was used.
"""

import json
import os
import re

import pytest
import yaml

from kit import goods, metrics, promtool
from kit.build import ROOT
from kit.client import good, key
from kit.wait import until

PROMETHEUS = os.path.join(ROOT, "docker", "prometheus")
GRAFANA = os.path.join(ROOT, "docker", "grafana")
WORD = r"[a-zA-Z_:][a-zA-Z0-9_:]*"


@pytest.fixture(scope="module")
def text(make_shop):
    """/metrics of a shop where each kind of thing happened once."""
    shop = make_shop(cache=True)
    product = goods.product(shop, 5)
    good(shop.customer.call("place_order", goods.items(
        (product["variants"][0]["id"], 1)), headers={
            "idempotency-key": key()}), 201)
    until(lambda: shop.anonymous.get("/api/v1/products/%d" % product["id"])
          .headers["X-Cache"] == "HIT", 60, "a hit")
    return metrics.read(shop.nginx.path("metrics.sock"))


@pytest.fixture(scope="module")
def exported(text):
    """{metric: {label: {values}}}, as Prometheus would know them."""
    found = metrics.parse(text)
    names = {name: {} for name, kind in found.types.items()
             if kind != "histogram"}
    for (name, labels), _ in found.items():
        for label, value in labels:
            names.setdefault(name, {}).setdefault(label, set()).add(value)
        names.setdefault(name, {})
    names["up"] = {}
    return names


def rules():
    with open(os.path.join(PROMETHEUS, "alerts.yml")) as file:
        return [rule for group in yaml.safe_load(file)["groups"]
                for rule in group["rules"]]


def dashboard():
    path = os.path.join(GRAFANA, "dashboards", "ngx_commerce.json")
    with open(path) as file:
        return json.load(file)


def panels():
    return [panel for panel in dashboard()["panels"]
            if panel["type"] != "row"]


def expressions():
    """(where, PromQL) of every rule and every panel."""
    found = [(rule["alert"], rule["expr"]) for rule in rules()]
    for panel in panels():
        for target in panel["targets"]:
            expr = target["expr"].replace("$__rate_interval", "5m")
            found.append((panel["title"], expr.replace("$job", "commerce")))
    return found


def selectors(expr):
    """(metric, [(label, operator, value)]) of each selector."""
    for match in re.finditer(r"\b(commerce_%s|up)\b\s*(?:\{([^}]*)\})?"
                             % WORD, expr):
        yield match.group(1), re.findall(
            r'(%s)\s*(=~|!~|!=|=)\s*"([^"]*)"' % WORD, match.group(2) or "")


def test_prometheus_takes_the_exposition(text):
    code, said = promtool.run("check", "metrics", text=text)
    assert code == 0 and not said, said


def test_prometheus_takes_its_files():
    code, said = promtool.run("check", "config", "prometheus.yml",
                              cwd=PROMETHEUS)
    assert code == 0, said
    code, said = promtool.run("check", "rules", "--lint-fatal", "alerts.yml",
                              cwd=PROMETHEUS)
    assert code == 0, said


def test_alerts_fire_when_they_should():
    code, said = promtool.run("test", "rules", "alerts_test.yml",
                              cwd=PROMETHEUS)
    assert code == 0, said


def test_every_alert_is_played():
    with open(os.path.join(PROMETHEUS, "alerts_test.yml")) as file:
        played = file.read()
    for rule in rules():
        assert rule["alert"] in played
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert {"summary", "action"} == set(rule["annotations"])


def test_promtool_reads_every_panel(tmp_path):
    """As rules that record, whose PromQL it parses."""
    file = {"groups": [{"name": "panels", "rules": [
        {"record": "panel:number_%d" % number, "expr": expr}
        for number, (_, expr) in enumerate(expressions())]}]}
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump(file))
    code, said = promtool.run("check", "rules", str(path))
    assert code == 0, said


def test_every_name_is_exported(exported):
    for where, expr in expressions():
        found = list(selectors(expr))
        assert found, where
        for name, matchers in found:
            assert name in exported, "%s: no metric %s" % (where, name)
            for label, operator, value in matchers:
                if label in ("job", "instance"):
                    continue
                known = exported[name].get(label)
                assert known, "%s: %s has no %s" % (where, name, label)
                if operator == "=" and label != "operation":
                    assert value in known, "%s: %s" % (where, value)


def test_operations_named_are_of_the_contract(contract):
    for where, expr in expressions():
        for _, matchers in selectors(expr):
            for label, _, value in matchers:
                if label == "operation":
                    for operation in value.split("|"):
                        assert operation in contract.by_id, where


def test_labels_of_groups_and_legends_exist(exported):
    """What an expression is grouped by, its metrics have."""
    for where, expr in expressions():
        known = {"job", "instance", "alertname"}
        for name, _ in selectors(expr):
            known |= set(exported[name])
        for group in re.findall(r"\bby \(([^)]*)\)", expr):
            for label in filter(None, re.split(r",\s*", group)):
                assert label in known, "%s: by %s" % (where, label)
    for panel in panels():
        for target in panel["targets"]:
            known = {"job", "instance"}
            for name, _ in selectors(target["expr"]):
                known |= set(exported[name])
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                assert label in known, "%s: {{%s}}" % (panel["title"], label)


def test_panels_stand_side_by_side():
    ids, taken = set(), set()
    for panel in dashboard()["panels"]:
        assert panel["id"] not in ids
        ids.add(panel["id"])
        at = panel["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert x < 24 and (x, y) not in taken, panel["title"]
                taken.add((x, y))
    for panel in panels():
        assert panel["title"] and panel["fieldConfig"]["defaults"]["unit"]
        assert panel["datasource"]["uid"] == "${datasource}"
