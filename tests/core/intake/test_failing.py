"""What can't be read is tried some times; then it is in quarantine, from where a replay brings it back."""

import json
from typing import Any

import pytest

from patron.app import App
from patron.core.errors import ConfigurationError
from patron.core.intake import open_connection, receiving, replay, settle_all, settle_waiting, take_in, waiting
from patron.core.nouns import Lead, Receipt
from patron.core.records.intake import Delivery, Outcome
from patron.core.store import BusyError, StoreError
from patron.testing.application import NOW

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


@pytest.fixture(name="thrice")
def _thrice(office: App) -> App:
    """Return an application that tries three times."""
    return office._replace(settings=office.settings._replace(serve=office.settings.serve._replace(attempts=3)))


def keep(session: Any, *names: str) -> list[int]:
    opened = open_connection(session, "lines")
    bodies = (json.dumps({"name": name}).encode() for name in names)
    return [take_in(session, opened, Delivery(body=body, received_at=NOW)).delivery_id or 0 for body in bodies]


def failing(error: Exception, name: str = "B") -> Any:
    """Return what records everybody but one."""
    real = receiving.record

    def fail(sitting: Any, drafted: Any, *about: Any) -> Any:
        if drafted.envelope.customer["name"] == name:
            raise error
        return real(sitting, drafted, *about)

    return fail


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("boom"), "Reading it failed: ZeroDivisionError: boom"),
        (StoreError("store.failed", where="db", reason="integer out of range"), "integer out of range"),
    ],
)
def test_the_last_try_puts_it_into_quarantine(thrice: App, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    """The others are read the first time; it is told what is wrong each time, and at last why nothing comes of it."""
    with thrice.session() as session:
        numbers = keep(session, "A", "B", "C")
        with monkeypatch.context() as broken:
            broken.setattr(receiving, "record", failing(error))
            first = settle_all(session, open_connection(session, "lines"), numbers)
            ((second,), (third,), fourth) = (settle_waiting(session) for _ in range(3))
            (again,) = replay(session)
        assert [(Outcome.ACCEPTED,), (), (Outcome.ACCEPTED,)] == [one.outcomes for one in first]
        assert all(said in str(one.problem) for one in (first[1], second, again))
        assert ((Outcome.QUARANTINED,), (), ()) == (third.outcomes, fourth, waiting(session, 9))
        assert "failed 3 times" in str(third.receipts[0].reason)
        assert said in str(third.receipts[0].reason)
        (replayed,) = replay(session)
        with session.read() as reader:
            leads, receipts = reader.find(Lead, order=["id"]), reader.find(Receipt, order=["id"])

    assert (Outcome.ACCEPTED,) == replayed.outcomes
    assert [NOW] * 3 == [lead.filed_at for lead in leads]
    assert ["accepted"] * 3 == [one.outcome for one in receipts]


def test_what_is_no_fault_of_its_own_is_not_counted(thrice: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is busy, a setting that is wrong: it waits, however often it is tried."""
    with thrice.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, "B")
        with monkeypatch.context() as broken:
            broken.setattr(receiving, "record", failing(BusyError("store.busy", where="db", reason="-")))
            for _ in range(4):
                with pytest.raises(BusyError):
                    settle_all(session, opened, numbers)
            broken.setattr(receiving, "record", failing(ConfigurationError("store.not_configured")))
            for _ in range(4):
                assert [()] == [one.outcomes for one in settle_all(session, opened, numbers)]
        assert [Outcome.ACCEPTED] == [one.outcomes[0] for one in settle_waiting(session)]
