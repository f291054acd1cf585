"""
Which dealership: how large, and which of all possible ones.

The same plan gives the same files to the last byte. Every part draws from a generator of its own, so that parts can be asked for
alone and in any order.
"""

from datetime import date, datetime, timedelta

import attrs
import numpy as np

from patron.plugins.demo.chances import Ints

FIRST_ORDERS = date(2023, 1, 1)
"""Sales and service visits of three years."""

FIRST_LEADS = date(2024, 7, 1)
"""Leads of eighteen months."""

LAST_DAY = date(2025, 12, 31)
ZONE = "Asia/Shanghai"

LINES_PER_LEAD = 5
LINES_PER_CUSTOMER = 7

_SECONDS_A_DAY = 86_400


@attrs.frozen(kw_only=True)
class Dealership:
    """
    Which dealership: the same values give the same files.

    Attributes:
        leads: how many leads of eighteen months.
        lines: how many order lines of three years, besides those of the leads that were won; five a lead unless given.
        seed: which of all possible dealerships.
    """

    leads: int = attrs.field(default=4_000, validator=attrs.validators.ge(1))
    lines: int = attrs.field(validator=attrs.validators.ge(1))
    seed: int = attrs.field(default=7, validator=attrs.validators.ge(0))

    @lines.default
    def _usual_lines(self) -> int:
        return self.leads * LINES_PER_LEAD

    @property
    def customers(self) -> int:
        """How many customers have bought before the leads are looked at; their numbers begin with 1."""
        return max(1, self.lines // LINES_PER_CUSTOMER)

    @property
    def consultants(self) -> int:
        """How many sales consultants there are: one for some 25 leads a month."""
        return min(60, max(4, round(self.leads / 450)))

    def draws(self, part: str) -> np.random.Generator:
        """Return the generator of one part of the files."""
        return np.random.Generator(np.random.PCG64([self.seed, *part.encode()]))


def seconds_of(day: date) -> int:
    """Return the second at which a day begins, counted from 1970-01-01 by the clock on the wall."""
    return int((datetime(day.year, day.month, day.day) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - wall clock


END = seconds_of(LAST_DAY) + _SECONDS_A_DAY - 1
"""The last second of the books."""


def opening_hours(seconds: Ints) -> Ints:
    """Return the times moved into the hours of work, 8:30 to 20:30 of the same day, and none behind the end of the books."""
    day, second = np.divmod(seconds, _SECONDS_A_DAY)
    moved: Ints = np.minimum(day * _SECONDS_A_DAY + 30_600 + second // 2, END - 10_800)
    return moved


def days_between(first: date, last: date) -> list[date]:
    """Return every day from *first* to *last*."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
