"""The example shop: the same lines for the same size and seed, and customers as real ones are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.plugins.demo.shop import BLOCK, Shop, draw, draw_block
from patron.plugins.demo.stock import FIRST_DAY, LAST_DAY, read_stock

GOLDEN = [18_868_423, 1_973, 1_000]
"""Sum of amounts, sum of quantities and last order of the shop of a thousand lines."""


def column(shop, name):
    return np.concatenate([getattr(lines, name) for lines in draw(shop)])


@pytest.fixture(scope="module", name="usual")
def _usual():
    shop = Shop()
    return {
        name: column(shop, name) for name in ("customers", "orders", "seconds", "amounts", "quantities", "prices", "discounts")
    }


def sales_by_customer(usual):
    named = usual["customers"] > 0
    return np.sort(np.bincount(usual["customers"][named], usual["amounts"][named])[1:])[::-1]


def test_a_tenth_of_the_lines_are_customers(usual):
    assert Shop().customers == 20_000
    assert len(np.unique(usual["customers"][usual["customers"] > 0])) >= 19_900


def test_few_customers_bring_most_sales(usual):
    totals = sales_by_customer(usual)
    top = totals[: len(totals) // 5].sum() / totals.sum()

    assert 0.6 < top < 0.85


def test_many_customers_buy_once_and_some_leave(usual):
    named = usual["customers"] > 0
    orders = np.unique(np.stack([usual["customers"][named], usual["orders"][named]]), axis=1)[0]
    last = np.zeros(20_001, dtype=np.int64)
    np.maximum.at(last, usual["customers"], usual["seconds"])
    a_year = 365 * 86_400

    assert 0.3 < (np.bincount(orders)[1:] == 1).mean() < 0.6
    assert 0.2 < (last[1:] < usual["seconds"].max() - a_year).mean() < 0.6


def test_refunds_gifts_and_lines_without_a_customer_are_there(usual):
    assert 0.015 < (usual["amounts"] < 0).mean() < 0.025
    assert (usual["amounts"] == 0).sum() > 0
    assert (usual["customers"] == 0).sum() > 0


def test_amount_is_list_price_less_discount(usual):
    listed = usual["quantities"] * usual["prices"]

    assert (usual["amounts"] == listed - usual["discounts"]).all()
    assert (np.abs(usual["discounts"]) <= np.abs(listed)).all()


def test_time_runs_forward_over_the_three_years(usual):
    first, last = (np.datetime64(int(second), "s").astype("datetime64[D]").item() for second in usual["seconds"][[0, -1]])

    assert (np.diff(usual["seconds"]) >= 0).all()
    assert (first, last) == (FIRST_DAY, LAST_DAY)


def test_an_order_has_one_customer_and_one_time(usual):
    named = usual["customers"] > 0
    for name in ("customers", "seconds"):
        pairs = np.unique(np.stack([usual["orders"][named], usual[name][named]]), axis=1)
        assert len(np.unique(pairs[0])) == pairs.shape[1]


def test_names_are_english_and_chinese():
    names = read_stock().names

    assert any(name.isascii() for name in names)
    assert any(not name.isascii() for name in names)


def test_the_smallest_shops_are_shops_too():
    """One line, one customer."""
    assert len(column(Shop(lines=1), "customers")) == 1


def test_the_default_shop_is_the_same_forever():
    """A change of the generator changes every figure in the documentation: it must be meant."""
    lines = draw_block(Shop(lines=1_000), 0)

    assert (lines.customers[0], Shop(lines=1_000).customers) == (1, 100)
    assert [int(lines.amounts.sum()), int(lines.quantities.sum()), int(lines.orders[-1])] == GOLDEN


def test_another_seed_is_another_shop():
    assert (column(Shop(lines=500), "amounts") != column(Shop(lines=500, seed=8), "amounts")).any()


@given(lines=st.integers(1, 3_000), seed=st.integers(0, 2**31), few=st.integers(1, 200))
def test_every_shop_keeps_its_promises(lines, seed, few):
    """Any size, seed and number of customers: that many lines, no customer out of range, each of them there or unnamed."""
    shop = Shop(lines=lines, seed=seed, customers=max(1, min(few, lines // 5)))
    customers = column(shop, "customers")

    assert lines == len(customers)
    assert customers.min() >= 0
    assert customers.max() <= shop.customers


def test_blocks_are_independent_of_each_other():
    """A block is the same whether or not another one was drawn before."""
    shop = Shop(lines=BLOCK + 1_000)
    both = list(draw(shop))
    alone = draw_block(shop, 1)

    assert len(alone.amounts) == 1_000
    assert (alone.amounts == both[1].amounts).all()
    assert alone.orders.min() > both[0].orders.max()
