"""A few trials of the campaign that `tests/run coherence` runs at length."""

import asyncio

import pytest

from campaign import coherence

FLIGHT = 20

# s; the promise of 100 ms is for machines that are not shared: this holds
# whatever has to wait for a processor
PROMISE = 2.0


@pytest.fixture(scope="module")
def campaign(make_shop, redis):
    shop = make_shop(cache=True,
                     http="    commerce_redis unix:%s;\n" % redis.socket)
    shop.redis = redis
    return coherence.Campaign(shop, coherence.prepare(shop, 2 * FLIGHT))


@pytest.mark.parametrize("mode", ["calm", "kill", "hang", "redis"])
def test_answers_are_new_in_time(campaign, mode):
    line = asyncio.run(campaign.run(mode, 40, FLIGHT, PROMISE))
    assert campaign.count.trials >= 40, line
    assert campaign.count.stale == [], line
    assert campaign.count.failed == 0, line
