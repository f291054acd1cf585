"""
What customers bought: cars, accessories and service of three years, and the cars of the leads that were won.

A few owners come often and buy much, many come twice, some never again: visits are dealt to customers with weights that are far
apart, and each customer stays for a time of its own.
"""

import attrs
import numpy as np

from patron.plugins.demo.chances import Bools, Floats, Ints, scramble, skewed, trait
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import WON, Leads
from patron.plugins.demo.dealership.plan import END, FIRST_ORDERS, Dealership, opening_hours, seconds_of

CHANNELS = ("field", "phone", "email")
REFUNDED = 0.006
"""Part of the lines that are taken back."""

_SIZES = np.array([1, 1, 2, 2, 2, 3, 3, 4])
_QUANTITIES = np.array([1, 1, 1, 1, 1, 1, 1, 2])
_WITH_CAR = 3
"""Lines of an order of a car: the car and what is put into it."""

_BOUGHT_HERE = 0.55
"""Part of the customers who bought a car here within the three years; the others came for service only."""

_ANOTHER_CAR = 0.02
"""Part of all later visits that end with another car."""


@attrs.frozen(kw_only=True, eq=False)
class Orders:
    """
    All orders and their lines; lines of one order stand together.

    Attributes:
        persons: number of the customer of each order.
        leads: index of the lead that each order won; -1 for none.
        at: second of each order.
        channels: index into `CHANNELS` of each order.
        consultants: index of the consultant of each order; -1 for the service.
        order_of_line: index of the order of each line.
        products: index of the product of each line.
        quantities: pieces of each line; negative where they are taken back.
        discounts: taken off the list price of each line, in hundredths.
    """

    persons: Ints
    leads: Ints
    at: Ints
    channels: Ints
    consultants: Ints
    order_of_line: Ints
    products: Ints
    quantities: Ints
    discounts: Ints

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def line_numbers(self) -> Ints:
        """The number of each line within its order, from 1."""
        starts = np.searchsorted(self.order_of_line, np.arange(len(self)))
        return np.arange(len(self.order_of_line)) - starts[self.order_of_line] + 1

    @property
    def amounts(self) -> Ints:
        """What is paid for each line, in hundredths."""
        return self.quantities * read_house().products.prices[self.products] - self.discounts


def draw_orders(plan: Dealership, leads: Leads) -> Orders:
    """Return the orders of a dealership, in the order of time."""
    rng = plan.draws("orders")
    sizes = _SIZES[rng.integers(0, len(_SIZES), plan.lines)]
    ends = np.minimum(np.cumsum(sizes), plan.lines)
    sizes = np.diff(ends[: int(np.searchsorted(ends, plan.lines)) + 1], prepend=0)
    persons, at, of_car = _visits(plan, rng, len(sizes))
    won = np.flatnonzero(leads.fates == WON)
    of_car = np.concatenate([of_car, np.ones(len(won), dtype=np.bool_)])
    consultants = np.concatenate([skewed(rng.random(len(persons)), plan.consultants, 1.3), leads.consultants[won]])
    persons, at = np.concatenate([persons, leads.persons[won]]), np.concatenate([at, leads.closed[won]])
    sizes = np.concatenate([sizes, np.full(len(won), _WITH_CAR)])
    of_leads = np.concatenate([np.full(len(of_car) - len(won), -1), won])
    order = np.argsort(at, kind="stable")
    sizes, of_car, of_leads = sizes[order], of_car[order], of_leads[order]
    lines = np.repeat(np.arange(len(sizes)), sizes)
    return Orders(
        persons=persons[order],
        leads=of_leads,
        at=at[order],
        channels=np.where(of_car, 0, np.minimum(rng.geometric(0.8, len(sizes)) - 1, len(CHANNELS) - 1)),
        consultants=np.where(of_car, consultants[order], -1),
        order_of_line=lines,
        **_baskets(rng, leads, lines, of_car, of_leads),
    )


def _visits(plan: Dealership, rng: np.random.Generator, count: int) -> tuple[Ints, Ints, Bools]:
    """Return who comes when, and whether for a new car. Every customer comes at least once, as far as the visits suffice."""
    numbers = np.arange(1, plan.customers + 1)
    traits = scramble(numbers, plan.seed + 2)
    weight: Floats = (1.005 - trait(traits, 0)) ** -0.7
    first = numbers[:count]
    more = rng.choice(numbers, max(0, count - len(first)), p=weight / weight.sum())
    persons = np.concatenate([first, more])
    begin, span = seconds_of(FIRST_ORDERS), END - seconds_of(FIRST_ORDERS) - 86_400
    joined = trait(traits, 1)[persons - 1] ** 1.2 * 0.95
    bought = trait(traits, 2)[persons - 1] < _BOUGHT_HERE
    stay = np.minimum(1 - joined, 0.15 - 0.6 * np.log(1 - 0.999 * trait(traits, 3)[persons - 1]))
    is_first = np.arange(count) < len(first)
    part = joined + np.where(is_first, 0.0, stay * rng.random(count))
    of_car = np.where(is_first, bought, rng.random(count) < _ANOTHER_CAR)
    return persons, opening_hours(begin + (part * span).astype(np.int64)), of_car


def _baskets(rng: np.random.Generator, leads: Leads, lines: Ints, of_car: Bools, of_leads: Ints) -> dict[str, Ints]:
    """Return what each line sells and for how much less than its price."""
    products, size = read_house().products, len(lines)
    first = np.diff(lines, prepend=-1) > 0
    accessories = products.accessories.start + skewed(rng.random(size), len(products.accessories), 1.5)
    services = products.services.start + skewed(rng.random(size), len(products.services), 1.6)
    in_car = of_car[lines]
    chosen = np.where(in_car | (rng.random(size) < 0.12), accessories, services)
    cars = np.where(of_leads >= 0, leads.cars[of_leads], skewed(rng.random(len(of_car)), len(products.cars), 1.4))
    chosen = np.where(in_car & first, cars[lines], chosen)
    is_car = chosen < products.cars.stop
    quantities = np.where(is_car, 1, _QUANTITIES[rng.integers(0, len(_QUANTITIES), size)])
    quantities = np.where(~is_car & (rng.random(size) < REFUNDED), -quantities, quantities)
    usual = np.where(is_car, rng.uniform(0.02, 0.09, size), np.where(rng.random(size) < 0.2, 0.1, 0.0))
    agreed = np.where(of_leads >= 0, leads.discounts[1][of_leads], 0.0)[lines]
    part = np.where(is_car & (agreed > 0), agreed, usual)
    yuan = (products.prices[chosen] * np.abs(quantities) * part / 100).astype(np.int64)
    return {"products": chosen, "quantities": quantities, "discounts": np.sign(quantities) * yuan * 100}
