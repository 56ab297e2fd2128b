"""Search as a customer types: accents, typos, both languages, facets."""

import pytest

from kit import goods, wait
from kit.client import good


@pytest.fixture(scope="module")
def made(shop):
    category = good(shop.staff.write("POST", "/categories",
                                     {"name": "Cozinha"}), 201)["id"]
    names = {
        "cafe": ("Café torrado em grãos", "Origem única, notas de chocolate."),
        "mug": ("Caneca de porcelana", "A white mug with a handle."),
        "running": ("Tênis de corrida", "Running shoes for long distances."),
        "shirt": ("Camiseta básica", "Algodão orgânico, várias cores."),
        "coffee": ("Coffee grinder", "Grinds beans, moedor de grãos."),
        "lamp": ("Luminária de mesa", "Luz quente."),
    }
    made = {name: goods.product(shop, 5, name=title, description=text,
                                category_ids=[category])["id"]
            for name, (title, text) in names.items()}
    wait.until(lambda: find(shop, "cafe"), 60, "search to find")
    return made


def find(shop, text, **query):
    page = good(shop.anonymous.read("/products", q=text, **query), 200)
    return [row["id"] for row in page["data"]]


@pytest.mark.parametrize("text, name", [
    ("cafe", "cafe"), ("café", "cafe"), ("CAFÉ", "cafe"), ("Cafè", "cafe"),
    ("graos", "cafe"), ("grão", "cafe"), ("canecas", "mug"),
    ("porcelana caneca", "mug"), ("tenis", "running"),
    ("corridas", "running"), ("camisetas", "shirt"), ("algodao", "shirt"),
    ("grinders", "coffee"), ("shoe", "running"), ("luminaria", "lamp"),
    ("caneka", "mug"), ("camizeta", "shirt"), ("luminria", "lamp"),
    ("porcelna", "mug"), ("cam", "shirt")])
def test_finds(shop, made, text, name):
    assert made[name] in find(shop, text)


def test_title_before_description(shop, made):
    assert find(shop, "grãos")[0] == made["cafe"]


def test_finds_by_category_name(shop, made):
    assert set(find(shop, "cozinha")) == set(made.values())


def test_finds_by_sku(shop, made):
    product = good(shop.anonymous.read("/products/%d" % made["mug"]))
    assert find(shop, product["variants"][0]["sku"])[0] == made["mug"]


@pytest.mark.parametrize("text", [
    "zzzzqqqq", "'", "''; drop table core.product; --", "a & b | !c",
    "( ( (", ":*", "\\", "%", "_", "*", "<->", "😀", "a" * 150, "\t"])
def test_odd_queries_are_harmless(shop, made, text):
    answer = shop.anonymous.read("/products", q=text)
    assert answer.status_code in (200, 400)
    assert find(shop, "cafe")


def test_facets_count_what_is_found(shop, made):
    page = good(shop.anonymous.read("/products", q="cozinha",
                                    facets="category"))
    assert str(len(made)) in str(page["facets"])


def test_suggestions(shop, made):
    found = good(shop.anonymous.read("/search/suggest", q="cami"))
    assert "Camiseta" in str(found)


def test_search_pages_are_complete(shop, made):
    seen, cursor = [], None
    while True:
        query = {"cursor": cursor} if cursor else {}
        page = good(shop.anonymous.read("/products", q="cozinha", limit=2,
                                        **query))
        seen += [row["id"] for row in page["data"]]
        cursor = page["page"]["next"]
        if not cursor:
            break
    assert sorted(seen) == sorted(made.values())


def test_renamed_product_is_found_by_its_new_name(shop, made):
    product = goods.product(shop, 1, name="Guarda-chuva")
    good(shop.staff.write("PATCH", "/products/%d" % product["id"],
                          {"name": "Sombrinha"},
                          {"if-match": '"%d"' % product["version"]}))
    assert product["id"] in find(shop, "sombrinha")
    assert product["id"] not in find(shop, "guarda-chuva")
