"""Groups of orders that the database undoes: nobody pays for a neighbour."""

import asyncio

import pytest

from kit import audit, goods
from kit.buyers import Connection, order_bytes
from kit.client import good, key


@pytest.fixture(scope="module")
def shop(make_shop):
    shop = make_shop(workers=1)
    shop.nginx.allow += [r"a group of \d+ orders was refused"]
    yield shop
    audit.store(shop)


async def at_once(port, requests):
    async def one(data):
        connection = Connection(port)
        try:
            return await connection.request(data)
        finally:
            connection.close()
    return await asyncio.gather(*[one(data) for data in requests])


def requests(shop, variant, count):
    token = shop.token("customer")
    return [order_bytes(token, key(), goods.items((variant, 1)))
            for _ in range(count)]


@pytest.fixture
def poison(shop):
    """A product whose order breaks the transaction that it is in."""
    variant = goods.variant(shop, 100)
    shop.query("store", """
        create or replace function core.poison() returns trigger
        language plpgsql as $$
        begin
            if new.variant_id = %d then
                raise exception using errcode = coalesce(nullif(
                    (select value #>> '{}' from core.setting
                     where key = 'poison'), ''), 'XX000');
            end if;
            return new;
        end
        $$""" % variant)
    shop.query("store", "create or replace trigger poison before insert on"
                        " core.order_item for each row"
                        " execute function core.poison()")
    yield variant
    shop.query("store", "drop trigger poison on core.order_item")
    shop.query("store", "delete from core.setting where key = 'poison'")


def says(shop, code):
    shop.query("store", "insert into core.setting values ('poison', %s)"
                        " on conflict (key) do update set value ="
                        " excluded.value", '"%s"' % code)


def test_only_the_culprit_fails(shop, poison):
    """Its neighbours are placed, once, although the group was undone."""
    says(shop, "22012")
    variant = goods.variant(shop, 1000)
    mixed = requests(shop, variant, 20)
    mixed[7:7] = requests(shop, poison, 1)
    for _ in range(3):
        answers = asyncio.run(at_once(shop.port, mixed))
        statuses = [status for status, _, _ in answers]
        assert statuses.pop(7) == 500
        assert set(statuses) == {201}
    assert audit.sold(shop, variant) == 20


def test_a_server_that_cannot_is_no_fault_of_the_order(shop, poison):
    """The same key succeeds when the server can again."""
    says(shop, "53100")
    data = requests(shop, poison, 1)
    (status, headers, _), = asyncio.run(at_once(shop.port, data))
    assert status == 503 and int(headers["retry-after"]) > 0
    shop.query("store", "alter table core.order_item disable trigger poison")
    (status, _, _), = asyncio.run(at_once(shop.port, data))
    assert status == 201


def test_deadlock_is_tried_again(shop, poison):
    """40P01 ends after a few tries in 503: nothing was executed."""
    says(shop, "40P01")
    (status, _, body), = asyncio.run(at_once(
        shop.port, requests(shop, poison, 1)))
    assert status == 503 and b"not_executed" in body
    assert audit.sold(shop, poison) == 0


def test_first_orders_of_a_new_shop(shop):
    """Never stocked: refused as such, beside one that is in stock."""
    never, variant = goods.variant(shop, None), goods.variant(shop, 5)
    answers = asyncio.run(at_once(
        shop.port, requests(shop, never, 5) + requests(shop, variant, 5)))
    assert [status for status, _, _ in answers] == [409] * 5 + [201] * 5
    assert good(shop.staff.read("/stock", variant_id=variant)
                )["data"][0]["available"] == 0
