"""
Undoing merges: whatever hung on whomever, in whatever order they were merged, all is as it was.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.event import listen, remove

from patron.app import App
from patron.core.crm.merging import Apart, Merge, Unmerge, decide_apart, merge, merge_all, unmerge
from patron.core.errors import PatronError
from patron.core.nouns import (
    Consent,
    Customer,
    Identity,
    IdentityLink,
    Interaction,
    Lead,
    Need,
    Order,
    OrderLine,
    Task,
)
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.tables import METADATA

NOW = datetime(2025, 1, 1, tzinfo=UTC)
UNTOLD = {"changes", "change_head", "batches"}
"""Tables that say what happened, not what is."""

MOTIVES = st.lists(st.sampled_from(("price", "quality", "value", "service")), unique=True, max_size=3).map(tuple)
PERSONS = st.fixed_dictionaries(
    {"name": st.sampled_from(("张三", "李四"))},
    optional={
        "since": st.dates(date(2020, 1, 1), date(2024, 1, 1)),
        "note": st.sampled_from(("tall", "hats")),
        "region": st.sampled_from(("North", "South")),
        "relationship": st.integers(1, 5),
        "buying_motives": MOTIVES,
        "product_kinds": st.lists(st.sampled_from(("car", "boat")), unique=True).map(tuple),
    },
)
HANGING = st.sets(st.sampled_from(("lead", "task", "need", "order", "interaction", "consent")))
REACHES = st.sets(st.integers(0, 4), max_size=3)
GROUPS = st.lists(st.tuples(PERSONS, HANGING, REACHES), min_size=3, max_size=5)
MERGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4)


def state(session: Session) -> dict[str, list[str]]:
    """Return everything that the database holds but histories, batches and versions."""
    found = {}
    with session.read() as reader:
        for name, table in METADATA.tables.items():
            if name not in UNTOLD:
                rows = reader.connection.execute(select(*(one for one in table.c if one.name != "version")))
                found[name] = sorted(map(repr, rows))
    return found


def stored(work: UnitOfWork, group: list[tuple[dict[str, Any], set[str], set[int]]]) -> list[int]:
    """Store customers with what hangs on them, of whom some share phones."""
    ids = []
    phones = [work.identity(Identity(scheme="tel", value=f"+861380013800{digit}")) for digit in range(5)]
    for values, hanging, reaches in group:
        number = work.add(Customer(**values)).id
        ids.append(number)
        lead = work.add(Lead(customer_id=number, source="store", filed_at=NOW, owner_team_id=1)).id if "lead" in hanging else None
        for place, digit in enumerate(sorted(reaches)):
            work.add(IdentityLink(identity_id=phones[digit].id, customer_id=number, lead_id=lead, preferred=not place))
        if "task" in hanging:
            work.add(Task(customer_id=number, lead_id=lead, subject="call", owner_team_id=1))
        if "need" in hanging:
            work.add(Need(customer_id=number, lead_id=lead, subject="seats", at=NOW))
        if "interaction" in hanging:
            work.add(Interaction(customer_id=number, lead_id=lead, at=NOW, channel="phone"))
        if "consent" in hanging:
            work.add(Consent(customer_id=number, decision="refused", at=NOW))
        if "order" in hanging:
            order = work.add(Order(customer_id=number, lead_id=lead, number=str(number), ordered_at=NOW))
            work.add(OrderLine(order_id=order.id, customer_id=number, at=NOW, key="1", amount="10"))
    return ids


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GROUPS, MERGES)
def test_merges_undone_from_the_last_on_leave_what_was_there(
    office: App, group: list[tuple[dict[str, Any], set[str], set[int]]], merges: list[tuple[int, int]]
) -> None:
    with office.session() as session:
        with session.write() as work:
            ids = stored(work, group)
            work.commit()
        decide_apart(session, Apart(one=ids[0], other=ids[2]))
        before = state(session)
        done: list[int] = []
        for keep, other in merges:
            try:
                command = Merge(noun="customer", keep=ids[keep % len(ids)], others=(ids[other % len(ids)],), certain=True)
                done.append(merge(session, command).batch_id)
            except PatronError:
                continue  # it is merged already, or itself
        merged = state(session)
        for batch in reversed(done):
            unmerge(session, Unmerge(noun="customer", batch_id=batch))

        assert before == state(session)
        assert (before == merged) == (not done)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)))
def test_pairs_are_undone_in_any_order(office: App, order: list[int]) -> None:
    """Under one number or each under its own."""
    with office.session() as session:
        with session.write() as work:
            group = [({"name": "张三", "note": str(place)}, {"lead", "order"}, {place % 5}) for place in range(12)]
            ids = stored(work, group)
            work.commit()
        before = state(session)
        pairs = [Merge(noun="customer", keep=ids[2 * one], others=(ids[2 * one + 1],), certain=True) for one in range(6)]
        merge_all(session, pairs[:3])
        for one in pairs[3:]:
            merge(session, one)
        for one in order:
            unmerge(session, Unmerge(noun="customer", id=pairs[one].others[0]))

        assert before == state(session)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_group_more_takes_no_look_at_every_table(office: App) -> None:
    """What hangs on the records of all groups is asked once a table; a group takes what it moves itself."""
    with office.session() as session:
        with session.write() as work:
            ids = stored(work, [({"name": "张三"}, {"lead"}, {place % 5}) for place in range(16)])
            work.commit()
        pairs = [Merge(noun="customer", keep=ids[2 * one], others=(ids[2 * one + 1],), certain=True) for one in range(8)]
        asked: list[str] = []
        listen(Engine, "before_cursor_execute", note := lambda *about: asked.append(about[2]))
        try:
            merge_all(session, pairs[:2])
            few = len(asked)
            merge_all(session, pairs[2:])
        finally:
            remove(Engine, "before_cursor_execute", note)

        # Four more groups; one that looks into every table takes twice as many.
        assert len(asked) - 2 * few <= 4 * 12


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_order_of_merging_changes_nothing_but_the_order_of_texts(office: App) -> None:
    """Which values stand and what hangs on whom does not depend on who came first."""
    found = []
    for turned in (False, True):
        with office.session() as session:
            with session.write() as work:
                persons = [({"name": "张三", "since": date(2020, day, 1)}, {"lead", "task"}, set[int]()) for day in (3, 1, 2)]
                keep, *others = stored(work, persons)
                work.commit()
            for other in reversed(others) if turned else others:
                kept = merge(session, Merge(noun="customer", keep=keep, others=(other,), certain=True)).keep
            with session.read() as reader:
                hanging = [len(reader.find(noun)) for noun in (Lead, Task)]
            found.append((kept.since, kept.name, hanging[0] - 3 * turned))
    assert found[0] == found[1]
