"""
Whose turn it is to write.

SQLite has one writer at a time, and lets the others knock with pauses between, whoever has waited longest. In one process they
can queue instead, and who keeps what came goes before who reads what was kept: a sender waits for the one and nobody for the
other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from time import perf_counter

SLICE = 0.02
"""Seconds for which who reads many may go on while others wait: as long as keeping takes that much, both get half of the time."""


class Turns:
    """
    One writer at a time, those who keep before those who read.

    Args:
        one_at_a_time: whether the database needs that; else everyone's turn is at once.
        timer: tells seconds.
    """

    def __init__(self, *, one_at_a_time: bool, timer: Callable[[], float] = perf_counter) -> None:
        self._needed = one_at_a_time
        self._timer = timer
        self._free = Condition()
        self._taken = False
        self._ahead = 0
        self._behind = 0

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Wait for a turn before all who read."""
        with self._free:
            self._ahead += 1
            self._free.wait_for(lambda: not self._taken or not self._needed)
            self._ahead -= 1
            self._taken = True
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def reading(self) -> Iterator[Callable[[], bool]]:
        """Wait for a turn in which nobody wants to keep; gives a function that says whether the turn may go on."""
        with self._free:
            self._behind += 1
            self._free.wait_for(lambda: not (self._taken or self._ahead) or not self._needed)
            self._behind -= 1
            self._taken = True
        until = self._timer() + SLICE
        try:
            yield lambda: not (self._needed and (self._ahead or self._behind)) or self._timer() < until
        finally:
            self._end()

    def _end(self) -> None:
        with self._free:
            self._taken = False
            self._free.notify_all()
