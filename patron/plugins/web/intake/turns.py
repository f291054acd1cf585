"""
Whose turn it is to write.

SQLite has one writer at a time, and lets the others knock with pauses between, whoever has waited longest. In one process they
can queue instead, and who keeps what came goes before who reads what was kept: a sender waits for the one and nobody for the
other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """
    One writer at a time, those who keep before those who read.

    Args:
        one_at_a_time: whether the database needs that; else everyone's turn is at once.
    """

    def __init__(self, *, one_at_a_time: bool) -> None:
        self._needed = one_at_a_time
        self._free = Condition()
        self._taken = False
        self._ahead = 0

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Wait for a turn before all who read."""
        with self._free:
            self._ahead += 1
            self._free.wait_for(lambda: not self._taken or not self._needed)
            self._ahead -= 1
            self._taken = True
        yield from self._until_done()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Wait for a turn in which nobody wants to keep."""
        with self._free:
            self._free.wait_for(lambda: not (self._taken or self._ahead) or not self._needed)
            self._taken = True
        yield from self._until_done()

    def _until_done(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._free:
                self._taken = False
                self._free.notify_all()
