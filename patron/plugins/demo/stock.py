"""
What the example shop has in its books besides sales: products, customers' names, cities, channels, and the calendar of its trade.

Read once from shop.toml and laid out as arrays, so that a line of a sale only needs indices into them.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1

MONTHS = (0.85, 0.70, 0.90, 0.90, 1.00, 1.05, 0.90, 0.90, 1.05, 1.10, 1.50, 1.45)
"""How much is sold in each month, 1 on average: quiet after New Year, busy at the end of the year."""
WEEKDAYS = (1.00, 0.95, 0.95, 1.00, 1.10, 1.25, 1.15)
FESTIVALS = {(6, 18): 2.0, (11, 11): 3.0, (12, 12): 1.5}
"""Days of big sales (month, day) and how many times an ordinary day they bring."""
HOURS = (1, 0, 0, 0, 0, 1, 2, 4, 7, 9, 10, 10, 9, 8, 8, 8, 8, 9, 10, 12, 13, 11, 7, 3)
"""How much is sold in each hour of a day."""


@attrs.frozen(kw_only=True, eq=False)
class Stock:
    """
    The lists that lines of sales point into.

    Attributes:
        products: product codes.
        product_names: their names in English and Chinese.
        prices: list price of each in hundredths, first year.
        costs: unit cost of each in hundredths.
        names: customers' names.
        cities: cities, the busiest first.
        channels: ways to order, the busiest first.
    """

    products: tuple[str, ...]
    product_names: tuple[str, ...]
    prices: npt.NDArray[np.int64]
    costs: npt.NDArray[np.int64]
    names: tuple[str, ...]
    cities: tuple[str, ...]
    channels: tuple[str, ...]


@attrs.frozen(kw_only=True, eq=False)
class Calendar:
    """
    When the shop sells: the part of all sales made up to the start of each day, and of a day's sales up to each hour.

    Attributes:
        by_day: shape (DAYS + 1,), from 0 to 1.
        by_hour: shape (25,), from 0 to 1.
        years: shape (DAYS,), years since the first.
    """

    by_day: npt.NDArray[np.float64]
    by_hour: npt.NDArray[np.float64]
    years: npt.NDArray[np.int64]


@cache
def read_stock() -> Stock:
    """Read shop.toml."""
    data = _read_shop()
    goods = [
        (
            f"{family['code']}{number:02d}-{letter}",
            f"{en}, {en_variant} / {zh} {zh_variant}",
            *(n * share // 100 for n in (price, cost)),
        )
        for family in data["families"]
        for number, (en, zh, price, cost) in enumerate(family["items"], 1)
        for letter, (en_variant, zh_variant, share) in zip("ABCD", family["variants"], strict=False)
    ]
    products, product_names, prices, costs = zip(*goods, strict=True)
    english, chinese = read_names()
    return Stock(
        products=products,
        product_names=product_names,
        prices=np.array(prices, dtype=np.int64),
        costs=np.array(costs, dtype=np.int64),
        names=(*english, *chinese),
        cities=tuple(data["cities"]),
        channels=tuple(data["channels"]),
    )


@cache
def read_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all English and all Chinese names."""
    names = _read_shop()["names"]
    english = tuple(f"{given} {family}" for family in names["english_family"] for given in names["english_given"])
    chinese = tuple(f"{family}{given}" for family in names["chinese_family"] for given in names["chinese_given"])
    return english, chinese


@cache
def read_calendar() -> Calendar:
    """Lay the seasons, weekdays, festivals and hours out as running sums."""
    days = [date.fromordinal(FIRST_DAY.toordinal() + number) for number in range(DAYS)]
    weights = [
        MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * FESTIVALS.get((day.month, day.day), 1.0) * (1 + 0.25 * number / DAYS)
        for number, day in enumerate(days)
    ]
    years = np.array([day.year - FIRST_DAY.year for day in days], dtype=np.int64)
    return Calendar(by_day=_running_share(weights), by_hour=_running_share(HOURS), years=years)


@cache
def _read_shop() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "shop.toml").read_text("utf-8"))


def _running_share(weights: tuple[int, ...] | list[float]) -> npt.NDArray[np.float64]:
    sums = np.zeros(len(weights) + 1)
    np.cumsum(weights, out=sums[1:])
    return np.asarray(sums / sums[-1])
