"""
How often may be sent: buckets that fill by the minute, one for each client of a connection and one for the connection.

A bucket holds the requests of one minute. Clients that were not heard of for long are forgotten first.
"""

from collections import OrderedDict
from math import ceil
from typing import Protocol

_MINUTE = 60.0
_MOST = 50_000
"""Buckets that are remembered; beyond that the one that was asked longest ago is forgotten."""
_ALL = ""


class Limited(Protocol):
    """What is asked for so often and no oftener: a connection, or what else is served."""

    @property
    def name(self) -> str:
        """What tells it from the others that are counted together."""

    @property
    def per_address(self) -> int:
        """Requests of a client in a minute; 0 for any number."""

    @property
    def per_minute(self) -> int:
        """Requests of all of them; 0 for any number."""


class Rates:
    """Counts requests."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, connection: Limited, client: str, now: float) -> int:
        """
        Count a request.

        Args:
            connection: to which it goes.
            client: from whom it is.
            now: seconds of a clock that doesn't jump.

        Returns:
            0 where it may come in, else after how many seconds it may; then it isn't counted.
        """
        asked = [(connection.per_address, client), (connection.per_minute, _ALL)]
        found = [(most, (connection.name, who), self._level((connection.name, who), most, now)) for most, who in asked if most]
        short = [(1 - level) * _MINUTE / most for most, _, level in found if level < 1]
        if short:
            return max(1, ceil(round(max(short), 3)))
        for _, key, level in found:
            self._buckets[key] = (level - 1, now)
            self._buckets.move_to_end(key)
        while len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0

    def _level(self, key: tuple[str, str], most: int, now: float) -> float:
        """Return how many requests a bucket still holds."""
        level, at = self._buckets.get(key, (float(most), now))
        return min(float(most), level + (now - at) * most / _MINUTE)
