"""What is read together comes to the same as what is read one by one, and nothing of it harms the rest."""

import json
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from patron.app import App
from patron.core.administration.initialising import initialise
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.intake import (
    Settled,
    each_settled,
    open_connection,
    receive_all,
    receiving,
    settle,
    settle_together,
    settle_waiting,
    take_in,
    together,
)
from patron.core.nouns import Customer, Identity, IdentityLink, Interaction, Lead, Receipt, noun_of
from patron.core.records.intake import Delivery, Outcome
from patron.core.store import DownError, StoreError
from patron.core.store.deliveries import Waiting
from patron.testing import app
from patron.testing.application import NOW

Row = dict[str, Any]

TRICKY: list[list[Row]] = [
    [{"name": "张三", "tel": "13800138000", "native_id": "1", "note": "a"}],
    [{"name": "张三", "tel": "13800138000", "native_id": "1", "note": "b"}],
    [{"native_id": "1", "tel": "13800138000"}],
    [{"name": "李四", "tel": "13800138000", "note": "of the same household"}],
    [{"name": "李四", "email": "li@example.org", "tel": "13900139000"}, {"name": "王五", "key": "k"}],
    [{"tel": "13900139000", "occupation": "teacher"}],
    [{"name": "王五", "key": "k", "note": "again"}],
    [{"name": "Ada Lovelace", "address": "12 St James's Square, London", "birth_year": "1985"}],
    [{"name": "Lovelace, Ada", "address": "12 St James's Square, London", "birth_year": "1985"}],
    [{"tel": "13700137000"}, {"tel": "13700137000", "name": "赵六", "kind": "message"}],
    [{"name": "x", "age_band": "old", "campaign_id": "none", "kind": "test"}],
]
"""Deliveries that speak of the same people, leads and keys; a name that comes after a number; what a person has to decide."""


def keep(session: Any, deliveries: Sequence[Sequence[Row]]) -> list[int]:
    """Keep deliveries, each with bytes of its own, and return their ids."""
    opened, numbers = open_connection(session, "lines"), []
    for place, rows in enumerate(deliveries):
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        delivery = Delivery(body=f"{body}{' ' * place}".encode(), received_at=NOW)
        numbers.append(take_in(session, opened, delivery).delivery_id or 0)
    return numbers


def state(session: Any) -> list[tuple[object, ...]]:
    """Return all records that come of deliveries, with their ids, but for versions; identities have their value for an id."""
    with session.read() as reader:
        nouns = (Customer, Lead, Interaction, IdentityLink, Receipt)
        found = [one for noun in nouns for one in reader.find(noun, order=["id"], merged=True)]
        values = {one.id: one.value for one in reader.find(Identity)}
    given = ((noun_of(one), attrs.asdict(one, recurse=False)) for one in found)
    told = [(noun, {**about, "identity_id": values.get(about.get("identity_id", 0))}) for noun, about in given]
    return [(noun, *(value for name, value in about.items() if name not in {"version", "ext"})) for noun, about in told]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_read_together_is_read_one_by_one(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any order, repetition and division into transactions makes the same records, to the last field."""
    order = data.draw(st.lists(st.sampled_from(range(len(TRICKY))), min_size=2, max_size=9))
    cuts = data.draw(st.sets(st.integers(1, len(order) - 1)))
    states = []
    for way in ("alone", "together"):
        address = f"sqlite:///{tmp_path_factory.mktemp(way) / 'patron.db'}"
        made = app(settings=Settings(store=StoreSettings(database=address)))
        with made.session() as session:
            initialise(session)
            opened, numbers = open_connection(session, "lines"), keep(session, [TRICKY[number] for number in order])
            if way == "alone":
                for number in numbers:
                    settle(session, opened, number)
            else:
                for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(numbers)], strict=True):
                    assert not settle_together(session, opened, numbers[begin:end]).failed
            states.append(state(session))

    assert states[0] == states[1]


def test_one_that_fails_harms_none_of_the_others(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it wrote is undone, its turn with it; it goes on waiting."""
    real = receiving.record

    def fail(sitting: Any, drafted: Any, *about: Any) -> Any:
        done = real(sitting, drafted, *about)
        if drafted.envelope.customer["name"] == "B":
            raise ZeroDivisionError
        return done

    rows = [[{"name": name, "tel": f"1380013800{place}"}] for place, name in enumerate("ABC")]
    with office.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, [*rows, [*rows[1], {"name": "D"}]])
        with monkeypatch.context() as broken:
            broken.setattr(receiving, "record", fail)
            settled = settle_together(session, opened, numbers)
        assert (list(settled.received), settled.failed) == ([numbers[0], numbers[2]], [numbers[1], numbers[3]])
        again = settle_together(session, opened, numbers)
        with session.read() as reader:
            names = [one.name for one in reader.find(Customer, order=["id"])]

    assert (list(again.received), again.failed) == ([numbers[1], numbers[3]], [])
    assert names == ["A", "C", "B", "D"]


def test_whoever_waits_is_let_in_between(office: App) -> None:
    """What was not begun is told, and goes on waiting."""
    with office.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, [[{"name": name}] for name in "ABC"])
        settled = settle_together(session, opened, numbers, lambda: False)
        assert (list(settled.received), settled.left) == (numbers[:1], numbers[1:])
        assert [Outcome.ACCEPTED] * 2 == [one.outcomes[0] for one in settle_waiting(session)]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_waits_is_read_a_few_at_a_time_and_told_meanwhile(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is, no more of it is in memory than is read together."""
    monkeypatch.setattr("patron.core.intake.settling._PAGE", 2)
    with office.session() as session:
        keep(session, [[{"name": name}] for name in "ABCDE"])
        told = each_settled(session)
        first = next(told)
        with session.read() as reader:
            assert 2 == reader.count(Customer)
        assert 5 == len([first, *told])


def test_a_database_that_fails_undoes_all_of_them(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go on waiting."""

    def fail(*_: object) -> None:
        raise StoreError("store.full", where="-", reason="-")

    with office.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, [[{"name": name}] for name in "AB"])
        with monkeypatch.context() as broken:
            broken.setattr("patron.core.store.deliveries.settle", fail)
            with pytest.raises(StoreError):
                settle_together(session, opened, numbers)
        assert [] == state(session)
        assert numbers == list(settle_together(session, opened, numbers).received)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_in_the_middle_loses_nothing_before_it(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite undoes the whole transaction then; what would fit behind it is not taken in as if the first were, too."""
    real = receiving.record

    def fill(sitting: Any, drafted: Any, *about: Any) -> Any:
        if drafted.envelope.customer["name"] != "B":
            return real(sitting, drafted, *about)
        connection = sitting.work.connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            while True:
                real(sitting, drafted, *about)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    with office.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, [[{"name": name}] for name in "ABC"])
        with monkeypatch.context() as broken:
            broken.setattr(receiving, "record", fill)
            with pytest.raises(DownError):
                settle_together(session, opened, numbers)
        assert [] == state(session)
        assert numbers == list(settle_together(session, opened, numbers).received)


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_what_somebody_reads_just_now_is_left_to_him(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read meanwhile."""
    inside, let_go = Event(), Event()
    real = receiving.bring_in

    def hang(*about: Any) -> Any:
        inside.set()
        let_go.wait(20)
        return real(*about)

    with office.session() as session:
        opened, numbers = open_connection(session, "lines"), keep(session, [[{"name": name}] for name in "ABC"])
        monkeypatch.setattr(receiving, "bring_in", hang)
        thread = Thread(target=settle, args=(session, opened, numbers[1]))
        thread.start()
        assert inside.wait(20)
        settled = settle_together(session, opened, numbers)
        let_go.set()
        thread.join(20)
        assert (list(settled.received), settled.failed, settled.left) == ([numbers[0], numbers[2]], [], [])
        assert Settled() == settle_together(session, opened, numbers)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_delivery_costs_few_statements(office: App) -> None:
    """What they ask for in common is asked once: of somebody new nothing is left but what is written, and its attempts."""
    counted: list[str] = []

    def count(_: Any, cursor: Any, statement: str, *about: Any) -> None:
        counted.append(statement)

    with office.session() as session:
        rows = [[{"name": f"P{n}", "tel": f"138001380{n:02}", "native_id": str(n), "key": str(n)}] for n in range(20)]
        opened, numbers = open_connection(session, "lines"), keep(session, rows)
        event.listen(session.records.database.engine, "before_cursor_execute", count)
        assert len(settle_together(session, opened, numbers).received) == len(rows)

    assert len(counted) < 10 * len(rows)


def test_many_are_taken_in_at_a_time(office: App) -> None:
    """What became of each stands in its place: repeated in the same breath, refused unread, or read."""
    bodies = [json.dumps({"name": name}).encode() for name in ("A", "B", "A", "x" * 3_000, "C")]
    with office.session() as session:
        received = list(receive_all(session, "lines", (Delivery(body=body, received_at=NOW) for body in bodies)))
        again = list(receive_all(session, "lines", [Delivery(body=bodies[1], received_at=NOW)]))
        with session.read() as reader:
            names = [one.name for one in reader.find(Customer, order=["id"])]
            repeats = [one.repeats for one in reader.find(Receipt, order=["id"])]

    expected = [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert expected == [one.outcomes[0] for one in [*received, *again]]
    assert received[3].problem is not None
    assert (names, repeats) == (["A", "B", "C"], [1, 1, 0])


def test_those_of_one_connection_are_read_together(office: App) -> None:
    """As many as may be, and as are not too large; the first whatever its size."""
    waiting = [Waiting(number, name, size) for number, (name, size) in enumerate([("a", 9 << 20), ("b", 1), ("a", 2), ("b", 3)])]

    fewer = office.settings.serve._replace(together=1)
    with office.session() as session, office._replace(settings=office.settings._replace(serve=fewer)).session() as narrow:
        assert [one.id for one in together(session, waiting)] == [0]
        assert [one.id for one in together(session, waiting[1:])] == [1, 3]
        assert [one.id for one in together(session, waiting[1:], 1)] == [1]
        assert [one.id for one in together(narrow, waiting[1:], 7)] == [1]
