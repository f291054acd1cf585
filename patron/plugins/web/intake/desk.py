"""
What works behind the requests: the keeper and the workers, from the start of the server to its end.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from patron import PatronError, Told
from patron.core.intake import Backlog, Opened, Received, backlog, parse_ahead, require_writable, settle, tell
from patron.core.session import Session
from patron.plugins.web.intake.complaints import Complaints
from patron.plugins.web.intake.keeper import Keeper
from patron.plugins.web.intake.turns import Turns
from patron.plugins.web.intake.workers import Workers
from patron.plugins.web.metrics import Metrics

_AT_ONCE = 4
"""Requests whose deliveries are read before they are answered; others wait for their turn, or are answered without."""


class Desk:
    """
    Keeps what comes, and reads what is kept.

    Args:
        session: of an actor who may create receipts; it lives as long as the server.
        metrics: counts.
    """

    def __init__(self, session: Session, metrics: Metrics) -> None:
        set_up = session.settings.serve
        alone = session.records.database.file is not None
        self._session = session
        self._metrics = metrics
        self._complaints = Complaints(session)
        self._turns = Turns(one_at_a_time=alone)
        # One thread alone: while it waits for the database, whoever asks how that is takes none from the requests.
        self._trying = ThreadPoolExecutor(1, "patron-trying")
        self._tried: float | None = None
        self._problem: PatronError | None = None
        # Of its own, so that requests are authenticated though the database hangs.
        self._settling = ThreadPoolExecutor(_AT_ONCE, "patron-settling")
        self.keeper = Keeper(session, self._turns, most=set_up.batch, most_bytes=set_up.memory_mb << 20, kept=self._kept)
        self.workers = Workers(
            session,
            self._turns,
            # SQLite has one writer, and who reads writes from beginning to end.
            count=min(set_up.workers, 1) if alone else set_up.workers,
            poll=set_up.poll_seconds,
            retry=set_up.retry_seconds,
            settled=self._settled,
            failed=metrics.failed,
        )

    async def require_writable(self) -> None:
        """
        See that a row can be written; what was found out is good for some seconds, whoever asks.

        Raises:
            PatronError: none can.
        """
        problem = await asyncio.get_running_loop().run_in_executor(self._trying, self._what_hinders)
        if problem is not None:
            raise problem

    async def backlog(self) -> Backlog:
        """
        Return what waits, as the database tells it.

        Raises:
            PatronError: it doesn't.
        """
        return await asyncio.get_running_loop().run_in_executor(self._trying, backlog, self._session)

    def _what_hinders(self) -> PatronError | None:
        """Return why no row can be written; None where one can."""
        now = self._session.clock.elapsed()
        if self._tried is None or now - self._tried >= self._session.settings.serve.ready_seconds:
            self._problem = None
            try:
                with self._turns.keeping():
                    require_writable(self._session)
            except PatronError as error:
                self._problem = error
            self._tried = now
        return self._problem

    def start(self) -> None:
        """Begin to work."""
        self.keeper.start()
        self.workers.start()

    def stop(self) -> None:
        """Keep what was asked for, finish what is being read, and end; what waits then is read after the next start."""
        self._trying.shutdown(cancel_futures=True)
        self._settling.shutdown()
        self.keeper.stop()
        self.workers.stop()

    @property
    def working(self) -> bool:
        """Whether everybody is there."""
        return self.keeper.working and self.workers.working

    async def settle(self, opened: Opened, number: int) -> Received:
        """
        Read a delivery at once, for a request that waits for it.

        Raises:
            StoreError: the database can't be written; the delivery waits.
        """
        return await asyncio.get_running_loop().run_in_executor(self._settling, self._settle, opened, number)

    def _settle(self, opened: Opened, number: int) -> Received:
        began = self._session.clock.elapsed()
        parsed = parse_ahead(self._session, opened, [number])
        parsing = self._session.clock.elapsed() - began
        with self._turns.reading():
            began = self._session.clock.elapsed() - parsing
            received = settle(self._session, opened, number, parsed)
        self._settled(opened.connection.name, received, self._session.clock.elapsed() - began)
        return received

    async def tell(self, opened: Opened, number: int, lang: str) -> tuple[Told, ...]:
        """
        Return what became of a delivery that was read, as its sender is told.

        Raises:
            StoreError: the database can't be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._settling, tell, self._session, opened, number, lang)

    def _settled(self, connection: str, received: Received, seconds: float) -> None:
        self._metrics.settled(connection, received, seconds)
        self._complaints.tell(connection, received)

    def _kept(self, kept: Sequence[Received]) -> None:
        self._metrics.kept(kept)
        if any(one.delivery_id is not None and not one.receipts for one in kept):
            self.workers.wake()
