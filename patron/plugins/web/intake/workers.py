"""
Reading what is kept, behind the requests: threads that take the oldest delivery that waits, whichever process kept it.

The queue is the table itself. Who reads a delivery holds its row until the end of the transaction, so a delivery is read once
however many processes there are, and what a process had that was killed is free at once. One that can't be read (its connection
is not configured any more, the database is full) is tried again later, and keeps no other waiting.
"""

import logging
from collections.abc import Callable
from functools import partial
from threading import Condition, Thread
from time import monotonic, perf_counter

from patron import PatronError
from patron.core.errors import ConfigurationError, UsageError
from patron.core.intake import (
    Opened,
    Parsed,
    Received,
    Settled,
    open_connection,
    parse_ahead,
    settle_free,
    settle_or_count,
    settle_together,
    together,
    waiting,
)
from patron.core.session import Session
from patron.core.store import StoreError
from patron.core.store.deliveries import Waiting
from patron.plugins.web.intake.turns import Turns

LOG = logging.getLogger("patron.serve")
_AHEAD = 100
"""Deliveries that are looked up at once."""


class Workers:
    """
    Read deliveries that wait.

    Args:
        session: the session.
        turns: whose turn it is to write.
        count: of threads.
        poll: seconds after which is looked for what other processes left.
        retry: seconds after which a delivery is tried again.
        settled: is called with the connection's name, what became of a delivery and how long it took, in a worker's thread.
        failed: is called with the connection's name of one that could not be read.
    """

    def __init__(
        self,
        session: Session,
        turns: Turns,
        *,
        count: int,
        poll: float,
        retry: float,
        settled: Callable[[str, Received, float], None],
        failed: Callable[[str], None],
    ) -> None:
        self._session = session
        self._turns = turns
        self._poll = poll
        self._retry = retry
        self.settled = settled
        self._failed = failed
        self._opened: dict[str, Opened] = {}
        self._change = Condition()
        self._stopping = False
        self._news = True
        self._ahead: list[Waiting] = []
        self._most = session.settings.serve.together
        self._taken: set[int] = set()
        self._later: dict[int, float] = {}
        self._shut: dict[str, float] = {}
        self._threads = [Thread(target=self._work, name=f"patron-worker-{n}", daemon=True) for n in range(count)]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the deliveries that are being read, and end."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def working(self) -> bool:
        """Whether all threads are there."""
        return all(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Say that something was kept."""
        with self._change:
            self._news = True
            self._change.notify()

    def _work(self) -> None:
        while some := self._next():
            pauses, left = self._read(some)
            with self._change:
                self._taken.difference_update(one.id for one in some)
                self._ahead[:0] = left
                # All are drafted before the first is brought in, so it is no use to take many more than there is time for.
                self._most = 2 * (len(some) - len(left)) if left else min(self._session.settings.serve.together, 2 * self._most)
                for one in some:
                    self._later.pop(one.id, None)
                now = monotonic()
                self._later |= {number: now + pause for number, pause in pauses.items()}

    def _next(self) -> list[Waiting]:
        """Wait for deliveries that are read together; none when it is time to end."""
        with self._change:
            while not self._stopping:
                if not self._ahead and self._news:
                    self._look()
                if self._ahead:
                    # What is there is read at once, and shared with those who have nothing to do.
                    some = together(self._session, self._ahead, max(1, min(self._most, len(self._ahead) // len(self._threads))))
                    self._ahead = [one for one in self._ahead if one not in some]
                    self._taken.update(one.id for one in some)
                    return some
                if not self._change.wait(self._poll):
                    self._news = True
            return []

    def _look(self) -> None:
        """Look up what waits and nobody here has."""
        self._news = False
        now = monotonic()
        self._shut = {name: until for name, until in self._shut.items() if until > now}
        passing = {*self._taken, *(number for number, until in self._later.items() if until > now)}
        try:
            found = waiting(self._session, _AHEAD + len(passing), tuple(self._shut))
        except PatronError as error:
            LOG.warning("%s", error.message(self._session.t.lang))
            return
        except Exception:  # a worker goes on; it looks again after a while
            LOG.exception("what waits can't be looked up")
            return
        self._later = {one.id: self._later[one.id] for one in found if one.id in self._later}
        self._ahead = [one for one in found if one.id not in passing]
        self._news = len(found) == _AHEAD + len(passing)

    def _read(self, some: list[Waiting]) -> tuple[dict[int, float], list[Waiting]]:
        """Read deliveries of one connection; returns when some are to be tried again, and what was not begun."""
        try:
            self._connection(some[0].connection)
        except (ConfigurationError, UsageError) as error:
            self._shut_out(some[0], error)
            return {}, []
        settled = self._read_together(some) if len(some) > 1 else Settled(failed=[one.id for one in some])
        pauses: dict[int, float] = {}
        down = False
        for one in some:
            if one.id in settled.failed:
                try:
                    pause = self._poll if down else self._read_alone(one)
                except StoreError as error:
                    # Nothing can be written, so it is no use to try the next.
                    down, pause = True, self._poll
                    self._say(one, error.message(self._session.t.lang))
            else:
                # What was neither read nor left another process has.
                pause = 0 if one.id in settled.received or one.id in settled.left else self._poll
            if pause:
                pauses[one.id] = pause
        return pauses, [one for one in some if one.id in settled.left]

    def _read_together(self, some: list[Waiting]) -> Settled:
        """Read deliveries in one transaction; what goes wrong is told where they are read by themselves."""
        name, numbers = some[0].connection, [one.id for one in some]
        try:
            opened, parsed, parsing = self._parsed(name, numbers)
            with self._turns.reading() as goes_on:
                began = perf_counter() - parsing
                settled = settle_together(self._session, opened, numbers, goes_on, parsed)
            seconds = (perf_counter() - began) / max(1, len(settled.received))
        except Exception:  # noqa: BLE001  # a worker goes on, whatever is wrong
            return Settled(failed=numbers)
        for received in settled.received.values():
            self._count(name, received, seconds)
        return settled

    def _count(self, name: str, received: Received, seconds: float) -> None:
        """Tell of a delivery that was read; it stays read whatever is wrong with who is told."""
        try:
            self.settled(name, received, seconds)
        except Exception:  # a worker goes on
            LOG.exception("%s: delivery %s was read and can't be counted", name, received.delivery_id)
            self._failed(name)

    def _read_alone(self, one: Waiting) -> float:
        """
        Read a delivery by itself; returns after how many seconds it is to be tried again, 0 for never.

        Raises:
            StoreError: the database can't be written.
        """
        try:
            opened, parsed, parsing = self._parsed(one.connection, [one.id])
            with self._turns.reading():
                began = perf_counter() - parsing
                received = settle_or_count(self._session, opened, one.id, partial(settle_free, parsed=parsed))
            # One of nobody has neither; what goes on waiting has a problem and no outcome.
            if received is not None and (received.outcomes or received.problem is None):
                self._count(one.connection, received, perf_counter() - began)
        except StoreError:
            raise
        except PatronError as error:
            self._say(one, error.message(self._session.t.lang))
            return self._retry
        except Exception:  # a worker goes on, whatever is wrong beside the reading
            LOG.exception("%s: delivery %d", one.connection, one.id)
            self._failed(one.connection)
            return self._retry
        if received is None:
            # Another process has it.
            return self._poll
        if received.problem is None:
            return 0
        self._say(one, received.problem.message(self._session.t.lang), received.problem.__cause__)
        return self._retry

    def _parsed(self, name: str, numbers: list[int]) -> tuple[Opened, Parsed, float]:
        """Parse deliveries before there is a turn to write, and return in how many seconds; the wait for it is none of them."""
        began = perf_counter()
        opened = self._connection(name)
        return opened, parse_ahead(self._session, opened, numbers), perf_counter() - began

    def _shut_out(self, one: Waiting, error: PatronError) -> None:
        """Look for nothing of a connection that can't be opened, however much of it waits, before it is tried again."""
        with self._change:
            self._shut[one.connection] = monotonic() + self._retry
            self._ahead = [other for other in self._ahead if other.connection != one.connection]
            # Behind what is left out there may be more.
            self._news = True
        self._say(one, error.message(self._session.t.lang))

    def _connection(self, name: str) -> Opened:
        found = self._opened.get(name)
        if found is None:
            found = self._opened[name] = open_connection(self._session, name)
        return found

    def _say(self, one: Waiting, said: str, cause: BaseException | None = None) -> None:
        """Tell of a delivery that could not be read, and where in the code that was."""
        LOG.warning("%s: %s", one.connection, said, exc_info=cause)
        self._failed(one.connection)
