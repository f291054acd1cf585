"""
Keeping what came: one thread, which stores together what has gathered while it stored before.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

from patron import Delivery, PatronError
from patron.core.intake import Checked, Received, keep_all
from patron.core.session import Session
from patron.core.store import BusyError
from patron.plugins.web.intake.turns import Turns

LOG = logging.getLogger("patron.serve")
_BESIDE = 2_000
"""Bytes that a delivery takes beside what was sent."""


class Asked(NamedTuple):
    """
    A delivery that a request waits to have kept.

    Attributes:
        checked: the delivery.
        size: the room that it takes.
        answer: what the request waits for.
        loop: in which it waits.
    """

    checked: Checked
    size: int
    answer: "asyncio.Future[Received]"
    loop: asyncio.AbstractEventLoop


Answer = Received | BaseException


class Keeper:
    """
    Keeps deliveries for the requests that wait.

    Args:
        session: of an actor who may create receipts.
        turns: whose turn it is to write.
        most: deliveries that are kept in one transaction.
        most_bytes: of deliveries that wait to be kept, with their heads.
        kept: is called with what was kept, in the keeper's thread.
    """

    def __init__(
        self, session: Session, turns: Turns, *, most: int, most_bytes: int, kept: Callable[[Sequence[Received]], None]
    ) -> None:
        self._session = session
        self._turns = turns
        self._most = most
        self._room = most_bytes
        self._counting = Lock()
        self._kept = kept
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="patron-keeper", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Keep what was asked for before, and end."""
        self._asked.put(None)
        self._thread.join()

    @property
    def working(self) -> bool:
        """Whether the thread is there."""
        return self._thread.is_alive()

    async def keep(self, checked: Checked) -> Received:
        """
        Keep a delivery; when this returns, it is on the disk.

        Raises:
            PatronError: it is not.
        """
        size = _size(checked.delivery)
        if not self._takes(size):
            raise BusyError("store.busy", where=self._session.records.database.where, reason="–")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Received] = loop.create_future()
        self._asked.put(Asked(checked, size, answer, loop))
        return await answer

    def _takes(self, size: int) -> bool:
        """Take room for a delivery; where the database hangs, those who have given up waiting fill it."""
        with self._counting:
            fits = size <= self._room
            self._room -= size if fits else 0
        return fits

    def _work(self) -> None:
        going = True
        while going:
            batch = [self._asked.get()]
            while len(batch) < self._most and batch[-1] is not None:
                try:
                    batch.append(self._asked.get_nowait())
                except Empty:
                    break
            going = batch[-1] is not None
            with self._counting:
                self._room += sum(one.size for one in batch if one is not None)
            # Who has waited too long was told so, and brings it again.
            self._answer([one for one in batch if one is not None and not one.answer.cancelled()])

    def _answer(self, batch: Sequence[Asked]) -> None:
        if not batch:
            return
        answers = self._keep([one.checked for one in batch])
        for loop in {one.loop for one in batch}:
            pairs = [(one.answer, answer) for one, answer in zip(batch, answers, strict=True) if one.loop is loop]
            # Where the loop is closed, nobody waits any more; what is kept is kept.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_tell, pairs)
        try:
            self._kept([answer for answer in answers if isinstance(answer, Received)])
        except Exception:  # the next requests are to be answered, whatever is wrong with counting these
            LOG.exception("what was kept can't be counted")

    def _keep(self, checked: Sequence[Checked]) -> Sequence[Answer]:
        """Keep all at once; where that fails each by itself, so that one of them fails alone."""
        try:
            with self._turns.keeping():
                return keep_all(self._session, checked)
        except Exception as error:  # noqa: BLE001  # whatever it is, the requests that wait have to hear of it
            if len(checked) == 1 or not isinstance(error, PatronError):
                return [error] * len(checked)
        return [self._keep([one])[0] for one in checked]


def _size(delivery: Delivery) -> int:
    """Return about how many bytes a delivery takes: some come without a body, and say all in their head."""
    said = chain.from_iterable((*delivery.headers.items(), *delivery.query.items()))
    return _BESIDE + len(delivery.body) + len(delivery.url) + sum(map(len, said))


def _tell(pairs: Sequence[tuple["asyncio.Future[Received]", Answer]]) -> None:
    for future, answer in pairs:
        if future.done():
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
