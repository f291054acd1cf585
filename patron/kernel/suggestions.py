"""
What to offer a customer: the consequents of rules whose antecedent the customer has, the best rule first.

Each item is offered once, for the best rule that leads to it, and only where the customer does not have it already (association)
or has not bought it since (sequences). Rules come in their order; a customer gets the first few that fit.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.baskets import Baskets, basket_bits
from patron.kernel.follow_ups import Purchases
from patron.kernel.layout import Bools, Int32s, Int64s
from patron.kernel.rules import Rules

_CHUNK = 1 << 14  # customers at a time


class Suggestions(NamedTuple):
    """
    What is offered to whom, by customer, best first.

    Attributes:
        customers: shape (suggestions,).
        items: shape (suggestions,).
        rules: shape (suggestions,), which rule says so.
        until: shape (suggestions,), the last day on which a sequence is open; 0 for association.
    """

    customers: Int64s
    items: Int32s
    rules: Int64s
    until: Int64s


def suggest_together(owned: Baskets, rules: Rules, most: int) -> Suggestions:
    """
    Return what goes with what customers have.

    Args:
        owned: the items of each customer.
        rules: best first; those with one consequent are used.
        most: suggestions for a customer.
    """
    single = np.flatnonzero((rules.consequents >= 0).sum(axis=1) == 1)
    items = int(max(owned.items.max(initial=0), rules.antecedents.max(initial=0), rules.consequents.max(initial=0))) + 1
    parts = [
        _suggest_chunk(owned, first, min(first + _CHUNK, owned.size), items, rules, single, most)
        for first in range(0, owned.size, _CHUNK)
    ]
    customers, chosen = (np.concatenate([np.empty(0, np.int64), *column]) for column in zip(*parts, strict=True))
    return Suggestions(customers, rules.consequents[chosen, 0], chosen, np.zeros(len(chosen), np.int64))


def _suggest_chunk(
    owned: Baskets, first: int, last: int, items: int, rules: Rules, single: Int64s, most: int
) -> tuple[Int64s, Int64s]:
    """Return customer and rule of the suggestions for some customers."""
    bits = basket_bits(owned, first, last, items)
    chosen = np.full((last - first, most), -1, np.int64)
    filled = np.zeros(last - first, np.int64)
    for rule in single.tolist():
        before, after = rules.antecedents[rule], int(rules.consequents[rule, 0])
        fits = np.bitwise_and.reduce(bits[before[before >= 0]], axis=0) & ~bits[after]
        if not fits.any():
            continue
        customers = np.flatnonzero(np.unpackbits(fits.view(np.uint8), bitorder="little")[: last - first])
        customers = customers[filled[customers] < most]
        known = rules.consequents[chosen[customers], 0] == after
        customers = customers[~(known & (chosen[customers] >= 0)).any(axis=1)]
        chosen[customers, filled[customers]] = rule
        filled[customers] += 1
    there = chosen >= 0
    return np.nonzero(there)[0] + first, chosen[there]


def suggest_next(purchases: Purchases, rules: Rules, *, within: int, as_of: int, most: int) -> Suggestions:
    """
    Return what customers are about to buy.

    The time of a rule runs from the customer's last purchase of the antecedent up to *as_of*; it is open as long as days are left
    of it after *as_of* and the consequent was not bought since.

    Args:
        purchases: of all customers.
        rules: best first, with one item on either side.
        within: the days of the rules.
        as_of: the day on which suggestions are made.
        most: suggestions for a customer.
    """
    customers, items, days = _last_purchases(purchases, purchases.days <= as_of)
    span = int(max(purchases.items.max(initial=0), rules.antecedents.max(initial=0), rules.consequents.max(initial=0))) + 1
    recent = days + within > as_of
    order = np.argsort(rules.antecedents[:, 0], kind="stable")
    antecedents = rules.antecedents[order, 0]
    begins = np.searchsorted(antecedents, items[recent])
    sizes = np.searchsorted(antecedents, items[recent], side="right") - begins
    rows = np.repeat(np.flatnonzero(recent), sizes)
    chosen = order[np.repeat(begins, sizes) + np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)]
    offered = rules.consequents[chosen, 0]
    bought, since = _latest(purchases, customers[rows], offered, span)
    still_open = ~(bought & (since > days[rows]))
    rows, chosen, offered = rows[still_open], chosen[still_open], offered[still_open]
    return _first_few(customers[rows], offered, chosen, days[rows] + within, most)


def _last_purchases(purchases: Purchases, there: Bools) -> tuple[Int64s, Int32s, Int64s]:
    """Return customer, item and last day of what each customer bought, of the purchases that are *there*."""
    customers, items, days = purchases.customers[there], purchases.items[there], purchases.days[there]
    order = np.lexsort((days, items, customers))
    customers, items, days = customers[order], items[order], days[order]
    last = np.ones(len(customers), np.bool_)
    last[:-1] = (customers[1:] != customers[:-1]) | (items[1:] != items[:-1])
    return customers[last], items[last], days[last]


def _latest(purchases: Purchases, customers: Int64s, items: Int32s, span: int) -> tuple[Bools, Int64s]:
    """Return whether customers bought items at all, and the last day on which they did."""
    buyers, bought, days = _last_purchases(purchases, np.ones(len(purchases.days), np.bool_))
    if not len(buyers):
        return np.zeros(len(customers), np.bool_), np.zeros(len(customers), np.int64)
    keys, wanted = buyers * span + bought, customers * span + items
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[places] == wanted, days[places]


def _first_few(customers: Int64s, items: Int32s, rules: Int64s, until: Int64s, most: int) -> Suggestions:
    """Return each item once for a customer, by its best rule, and of these the first *most*."""
    order = np.lexsort((rules, items, customers))
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (customers[order][1:] != customers[order][:-1]) | (items[order][1:] != items[order][:-1])
    order = order[fresh]
    order = order[np.lexsort((rules[order], customers[order]))]
    starts = np.searchsorted(customers[order], customers[order])
    order = order[np.arange(len(order)) - starts < most]
    return Suggestions(customers[order], items[order], rules[order], until[order])
