"""
The slow twin of `patron.kernel.aggregate`: one line after the other, in plain Python.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """One order line; `cost` and `order` may be None, `discount` is zero where there is none."""

    customer: Hashable
    day: int
    amount: int
    cost: int | None
    discount: int
    order: Hashable | None


class Sums(NamedTuple):
    """What is known of one customer; the fields of `CustomerSums`, and the number of orders."""

    first: int | None
    last: int | None
    lines: int
    purchases: int
    gross: int
    refunds: int
    recent: int
    previous: int
    cost: int
    cost_missing: int
    discount: int
    discounted: int
    orders: int


def sums(
    lines: Iterable[Line], *, ignore_zero: bool, recent: range, previous: range, with_cost: bool, by_day: bool
) -> dict[Hashable, Sums]:
    """Return the sums of every customer that has a line."""
    by_customer: dict[Hashable, list[Line]] = {}
    for line in lines:
        by_customer.setdefault(line.customer, []).append(line)
    return {customer: _of_one(own, ignore_zero, recent, previous, with_cost, by_day) for customer, own in by_customer.items()}


def _of_one(lines: Sequence[Line], ignore_zero: bool, recent: range, previous: range, with_cost: bool, by_day: bool) -> Sums:
    bought = [line for line in lines if line.amount > 0 or (line.amount == 0 and not ignore_zero)]
    orders = {line.day for line in bought} if by_day else {line.order for line in bought if line.order is not None}

    def value(line: Line) -> int:
        return line.amount - (line.cost or 0) if with_cost else line.amount

    return Sums(
        first=min((line.day for line in bought), default=None),
        last=max((line.day for line in bought), default=None),
        lines=len(lines),
        purchases=len(bought),
        gross=sum(line.amount for line in bought),
        refunds=sum(line.amount for line in lines if line.amount < 0),
        recent=sum(value(line) for line in lines if line.day in recent),
        previous=sum(value(line) for line in lines if line.day in previous),
        cost=sum(line.cost or 0 for line in lines) if with_cost else 0,
        cost_missing=sum(line.cost is None for line in lines) if with_cost else 0,
        discount=sum(line.discount for line in bought),
        discounted=sum(line.discount > 0 for line in bought),
        orders=len(orders),
    )
