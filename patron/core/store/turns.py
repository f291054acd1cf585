"""
Whose turn it is to write to a file of SQLite, which has one writer at a time and keeps no queue.

SQLite's own wait lets a writer knock with longer and longer pauses between, up to a tenth of a second: whoever came last knocks
most often, and whoever has waited longest has the worst chance. Of 32 processes that wrote without a pause half got their turn
within 22 ms, and one after 48 s. Here all who wait a while knock equally often, and those who have waited long more often than
others: to miss hundreds of turns in a row does not happen.
"""

import sqlite3
from random import uniform
from time import monotonic, sleep

_EARLY, _USUAL, _LATE = (0.000_2, 0.001), (0.004, 0.016), (0.001, 0.004)
"""Seconds between two knocks, at least and at most: of whoever came just now, of everybody, of who has waited long."""

_FEW = 3
"""Knocks soon after one another: what is in the way ends within milliseconds mostly."""

_LONG = 2.0
"""Seconds after which somebody has waited long."""


def begin_writing(connection: sqlite3.Connection, seconds: float) -> bool:
    """
    Begin a transaction that writes, in turn with all others who want to; return whether it began.

    Args:
        connection: one whose transactions are begun by hand, and which does not wait by itself.
        seconds: how long to wait at most.

    Raises:
        sqlite3.Error: something else is in the way than another writer.
    """
    began, knocks = monotonic(), 0
    while not _knock(connection):
        waited = monotonic() - began
        if waited >= seconds:
            return False
        # No secret hangs on it; it keeps two from knocking in step.
        sleep(uniform(*pause_after(knocks, waited)))  # noqa: S311
        knocks += 1
    return True


def pause_after(knocks: int, waited: float) -> tuple[float, float]:
    """Return how many seconds, at least and at most, somebody pauses who knocked so often before and has waited so long."""
    if waited >= _LONG:
        return _LATE
    return _EARLY if knocks < _FEW else _USUAL


def _knock(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
