"""
What becomes of a delivery whose reading fails: it is tried so often and no more, then it is in quarantine with the reason.

Counted is what may be the delivery's own fault, or that of whoever's code stumbles over it. That the database is busy, full or
gone, or a setting wrong, is no fault of a delivery's: it waits, however often it is tried meanwhile.
"""

from collections.abc import Callable

from patron.core.access import channel_actor
from patron.core.errors import ConfigurationError, PatronError
from patron.core.intake.connections import Opened
from patron.core.intake.keeping import CAUSE
from patron.core.intake.received import Received
from patron.core.intake.receiving import quarantine, settle
from patron.core.names import shorten
from patron.core.session import Session
from patron.core.store import BusyError, DownError, StoreError, deliveries

Settle = Callable[[Session, Opened, int], Received | None]

_FAULTLESS = (BusyError, DownError, ConfigurationError)
_LONGEST = 500


def settle_or_count(session: Session, opened: Opened, number: int, read: Settle = settle) -> Received | None:
    """
    Read a delivery that waits by itself; a failure is counted, and the last one puts the delivery into quarantine.

    Args:
        session: the session, whose settings say how often is tried: `serve.attempts`.
        opened: the connection.
        number: the id of the delivery.
        read: `settle()`, or `settle_free()`, which returns None where somebody else has it.

    Returns:
        With a problem it goes on waiting.

    Raises:
        StoreError: the database can't be written.
    """
    try:
        return read(session, opened, number)
    except PatronError as error:
        if isinstance(error, _FAULTLESS):
            if isinstance(error, StoreError):
                raise
            return Received(delivery_id=number, problem=error)
        return _counted(session, opened, number, error)
    except Exception as error:  # noqa: BLE001  # whatever it was, others wait to be read
        return _counted(session, opened, number, problem_of(error))


def problem_of(error: Exception) -> PatronError:
    """Return what anything is that was raised while a delivery was read, as a problem that can be told."""
    if isinstance(error, PatronError):
        return error
    text = " ".join(f"{type(error).__name__}: {error}".split())
    problem = PatronError("intake.failed", error=shorten(text, _LONGEST))
    problem.__cause__ = error
    return problem


def _counted(session: Session, opened: Opened, number: int, problem: PatronError) -> Received:
    """Count a failed reading; somebody else may have read it meanwhile, so that nothing is left to count."""
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        kept = deliveries.hold(work.connection, number)
        if kept is None or not kept.waits:
            return Received(delivery_id=number, problem=problem)
        attempts = deliveries.count_attempt(work.connection, number)
        if attempts < session.settings.serve.attempts:
            work.commit()
            return Received(delivery_id=number, problem=problem)
        given_up = PatronError("intake.given_up", attempts=attempts, reason=problem)
        received = quarantine(work, opened, kept, given_up)
        deliveries.settle(work.connection, [number])
        work.commit()
    return received
