"""
An example shop: order lines over three years, made up but skewed as real customers are.

A few customers buy most, many buy once, some leave; there are seasons and festivals, discounts and people who buy nothing else,
refunds, gifts, and lines without a customer. The lines come in the order of time, in blocks of `BLOCK`; each block draws from a
generator of its own, so that the same size and seed give the same lines whoever asks, in any order and on any number of threads.
Customers are numbered as they join; each of them buys at least once.
"""

import math
from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt

from patron.plugins.demo.chances import Bools, Floats, Ints, coprime_step, scramble, skewed, trait
from patron.plugins.demo.stock import FIRST_DAY, read_calendar, read_stock

BLOCK = 262_144
"""Lines drawn at a time."""

LINES_PER_CUSTOMER = 10
FEWEST_LINES_PER_CUSTOMER = 5
"""With fewer lines there would not be an order for every customer."""

REFUNDED, GIVEN, UNNAMED = 0.02, 0.004, 0.003
"""Parts of all lines that are refunds, that cost nothing, and that name no customer."""

_ORDER_SIZES = np.array([1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 8])
_QUANTITIES = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4])
_DISCOUNTS = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 10, 15, 20])
_PRICE_RISE = np.array([100, 103, 108])
"""Per cent of the first year's prices."""
_SECONDS_A_DAY = 86_400


@attrs.frozen(kw_only=True)
class Shop:
    """
    Which shop: the same values give the same lines.

    Attributes:
        lines: how many order lines.
        customers: how many customers; a tenth of the lines unless given.
        seed: which of all possible shops.
    """

    lines: int = attrs.field(default=200_000, validator=attrs.validators.ge(1))
    customers: int = attrs.field(validator=attrs.validators.ge(1))
    seed: int = attrs.field(default=7, validator=attrs.validators.ge(0))

    @customers.default
    def _usual_customers(self) -> int:
        return max(1, self.lines // LINES_PER_CUSTOMER)

    @property
    def blocks(self) -> int:
        """How many blocks the lines come in."""
        return -(-self.lines // BLOCK)


@attrs.frozen(kw_only=True, eq=False)
class Lines:
    """
    A block of order lines, as numbers and as indices into the lists of `Stock`.

    Attributes:
        customers: number of the customer from 1; 0 where none is named.
        orders: number of the order.
        seconds: when, in seconds since 1970-01-01, by the shop's own clock.
        products: index of the product.
        quantities: pieces; negative for a refund.
        prices: list price of one piece in hundredths.
        discounts: taken off the list price of the line, in hundredths.
        amounts: what was paid, in hundredths: quantity × price − discount.
        costs: what the pieces cost the shop, in hundredths.
        channels: index of the channel.
        cities: index of the customer's city.
        names: index of the customer's name.
    """

    customers: Ints
    orders: Ints
    seconds: Ints
    products: Ints
    quantities: Ints
    prices: Ints
    discounts: Ints
    amounts: Ints
    costs: Ints
    channels: Ints
    cities: Ints
    names: Ints


def draw_block(shop: Shop, number: int) -> Lines:
    """
    Return the lines of one block.

    Args:
        shop: which shop.
        number: which block, from 0 to `shop.blocks` - 1.
    """
    rng = np.random.Generator(np.random.PCG64([shop.seed, number]))
    start = number * BLOCK
    size = min(BLOCK, shop.lines - start)
    order_of_line, first_lines = _split_into_orders(rng, size)
    count = len(first_lines)
    part = (start + size * (np.arange(count) + rng.random(count)) / count) / shop.lines
    customer_of_order = _choose_customers(rng, shop, part, start / shop.lines, (start + size) / shop.lines)
    traits = scramble(customer_of_order, shop.seed)
    seconds, years = _tell_time(part)
    goods = _fill_baskets(rng, years[order_of_line], traits[order_of_line])
    channel_of_order = np.minimum(rng.geometric(0.55, count) - 1, len(read_stock().channels) - 1)
    customers = customer_of_order[order_of_line] + 1
    customers[rng.random(size) < UNNAMED] = 0
    return Lines(
        customers=customers,
        orders=(start + 1 + first_lines)[order_of_line],
        seconds=seconds[order_of_line],
        channels=channel_of_order[order_of_line],
        cities=skewed(trait(traits, 0), len(read_stock().cities), 2.0)[order_of_line],
        names=(trait(traits, 1) * len(read_stock().names)).astype(np.int64)[order_of_line],
        **goods,
    )


def draw(shop: Shop) -> Iterator[Lines]:
    """Yield all blocks in the order of time."""
    return (draw_block(shop, number) for number in range(shop.blocks))


def _split_into_orders(rng: np.random.Generator, size: int) -> tuple[Ints, Ints]:
    """Return the order of each of *size* lines, counted from 0, and the first line of each order."""
    sizes = _ORDER_SIZES[rng.integers(0, len(_ORDER_SIZES), size)]
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, size)) + 1
    first_lines = np.concatenate([[0], ends[: count - 1]])
    return np.repeat(np.arange(count), np.diff(first_lines, append=size)), first_lines


def _choose_customers(rng: np.random.Generator, shop: Shop, part: Floats, start: float, end: float) -> Ints:
    """Return the customer of each order, counted from 0: someone new, or one of those who joined earlier and are still there."""
    count = len(part)
    known, joined = (math.floor(shop.customers * _joined_by(at)) for at in (start, end))
    new = np.zeros(count, dtype=np.bool_)
    new[np.sort(rng.permutation(count)[: joined - known])] = True
    ceiling = known + np.cumsum(new)
    chosen: Ints = np.where(new, ceiling - 1, -1)
    step = coprime_step(shop.customers)
    for _ in range(8):
        open_orders = np.flatnonzero(chosen < 0)
        # Few ranks get most draws: the density falls as rank to the power -2/3. Ranks are dealt to customers by a permutation.
        rank = (shop.customers * (0.03 + 0.97 * rng.random(len(open_orders))) ** 3).astype(np.int64)
        candidates = rank * step % shop.customers
        there = (candidates < ceiling[open_orders]) & _still_buys(shop, candidates, part[open_orders])
        chosen[open_orders[there]] = candidates[there]
        chosen[open_orders[~there]] = -1 - candidates[~there]
    # Who found nobody takes one of those who joined, even if gone.
    return np.where(chosen < 0, (-1 - chosen) % np.maximum(ceiling, 1), chosen)


def _joined_by(part: float) -> float:
    """Return the part of all customers who joined by the time that *part* of all lines is sold; the growth slows down."""
    return part * (1.3 - 0.3 * part)


def _still_buys(shop: Shop, customers: Ints, part: Floats) -> Bools:
    """Say who comes back: a quarter buys once, a third stays for good, the others leave after some time."""
    joined = (1.3 - np.sqrt(1.69 - 1.2 * (customers + 1) / shop.customers)) / 0.6
    loyalty = trait(scramble(customers, shop.seed), 2)
    lifetime = -0.35 * np.log(np.clip((loyalty - 0.25) / 0.42, 1e-9, 1.0))
    return (loyalty > 0.67) | ((loyalty > 0.25) & (part < joined + lifetime))


def _tell_time(part: Floats) -> tuple[Ints, Ints]:
    """Return the second and the year of each order from the part of all sales made before it."""
    calendar = read_calendar()
    day = np.clip(np.searchsorted(calendar.by_day, part, side="right") - 1, 0, len(calendar.years) - 1)
    within = (part - calendar.by_day[day]) / (calendar.by_day[day + 1] - calendar.by_day[day])
    second = np.interp(within, calendar.by_hour, np.linspace(0, _SECONDS_A_DAY - 1, 25))
    epoch = (FIRST_DAY.toordinal() - 719_163) * _SECONDS_A_DAY  # 719,163 is the ordinal of 1970-01-01
    return epoch + day * _SECONDS_A_DAY + second.astype(np.int64), calendar.years[day]


def _fill_baskets(rng: np.random.Generator, years: Ints, traits: npt.NDArray[np.uint64]) -> dict[str, Ints]:
    """Return what each line sells and for how much. Some customers buy for a business, some only what is marked down."""
    stock, size = read_stock(), len(years)
    products = skewed(rng.random(size), len(stock.products), 1.7) * coprime_step(len(stock.products)) % len(stock.products)
    business, hunter = trait(traits, 3) < 0.04, trait(traits, 3) > 0.9
    quantities = _QUANTITIES[rng.integers(0, len(_QUANTITIES), size)] * np.where(business, 6, 1)
    per_cent = np.where(hunter, 30, _DISCOUNTS[rng.integers(0, len(_DISCOUNTS), size)])
    chance = rng.random(size)
    per_cent[chance > 1 - GIVEN] = 100
    quantities = np.where(chance < REFUNDED, -quantities, quantities)
    prices = stock.prices[products] * _PRICE_RISE[years] // 100
    listed = quantities * prices
    discounts = np.sign(listed) * (np.abs(listed) * per_cent // 100)
    return {
        "products": products,
        "quantities": quantities,
        "prices": prices,
        "discounts": discounts,
        "amounts": listed - discounts,
        "costs": quantities * stock.costs[products],
    }
