"""
The history: chained, with two times, provably whole.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from patron.app import App
from patron.core.access import LOCAL_ADMINISTRATOR, Actor, channel_actor, system_actor
from patron.core.clock import fixed_clock
from patron.core.nouns import Customer, Lead, Need
from patron.core.store.chain import GENESIS, commitment_of, decode, digest_of, encode
from patron.core.store.database import Database
from patron.core.store.history import Anchor, Entry, append, changes_of, head_of, value_at, verify
from patron.core.store.tables import CHANGES, HEAD
from patron.testing.application import NOW

DAY = timedelta(days=1)


def entry(number: int, at: datetime = NOW) -> Entry:
    return Entry(noun="lead", subject_id=1, field="likelihood", old=number - 1 or None, new=number, effective_at=at, cause="edit")


@pytest.fixture
def filled(database: Database) -> Database:
    """Return a database with ten changes in three transactions."""
    for numbers in (range(1, 4), range(4, 5), range(5, 11)):
        with database.writing() as connection:
            append(connection, [entry(number) for number in numbers], clock=lambda: NOW, actor=LOCAL_ADMINISTRATOR)
    return database


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda number: number + 0),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple),
)


@given(value=values)
def test_values_come_back_with_their_type(value: object) -> None:
    assert decode(encode(value)) == value
    assert type(decode(encode(value))) is type(value)


@given(old=values, new=values)
def test_a_commitment_tells_old_from_new(old: object, new: object) -> None:
    texts = encode(old), encode(new)
    assert (commitment_of(b"s", *texts, None) == commitment_of(b"s", texts[1], texts[0], None)) is (texts[0] == texts[1])


def test_the_digest_is_the_documented_one() -> None:
    """Computed again here from the definition alone."""
    row: dict[str, Any] = {
        "sequence": 1,
        "noun": "lead",
        "subject_id": 7,
        "field": "level",
        "effective_at": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        "recorded_at": datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC),
        "actor_id": None,
        "actor_kind": "channel",
        "actor_name": "web_form",
        "cause": "edit",
        "batch_id": None,
        "commitment": bytes(range(32)),
    }
    text = '[1,"lead",7,"level",1000000,2000000,null,"channel","web_form","edit",null]'
    assert digest_of(GENESIS, row) == hashlib.sha256(bytes(32) + bytes(range(32)) + text.encode()).digest()


def test_the_chain_holds(filled: Database) -> None:
    with filled.reading() as connection:
        verdict = verify(connection, head_of(connection))
    assert (verdict.checked, verdict.broken_at, verdict.reason) == (10, None, "")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("new", "77"),
        ("old", '"x"'),
        ("actor_id", 3),
        ("actor_kind", "user"),
        ("actor_name", "web_form"),
        ("cause", "tick"),
        ("reason", "because"),
        ("effective_at", NOW + DAY),
        ("batch_id", 1),
    ],
)
def test_an_edited_change_is_found(filled: Database, column: str, value: object) -> None:
    with filled.writing() as connection:
        connection.execute(update(CHANGES).where(CHANGES.c.sequence == 5).values({column: value}))
    with filled.reading() as connection:
        assert verify(connection).broken_at == 5


def test_a_change_whose_digests_were_computed_anew_is_found_at_the_next(filled: Database) -> None:
    with filled.writing() as connection:
        before = connection.execute(select(CHANGES.c.digest).where(CHANGES.c.sequence == 4)).scalar_one()
        row = dict(connection.execute(select(CHANGES).where(CHANGES.c.sequence == 5)).one()._mapping)
        row["new"] = "77"
        row["commitment"] = commitment_of(row["salt"], row["old"], row["new"], row["reason"])
        row["digest"] = digest_of(before, row)
        connection.execute(update(CHANGES).where(CHANGES.c.sequence == 5).values(row))
    with filled.reading() as connection:
        assert verify(connection).broken_at == 6


def test_a_removed_change_is_found(filled: Database) -> None:
    with filled.writing() as connection:
        connection.execute(delete(CHANGES).where(CHANGES.c.sequence == 5))
    with filled.reading() as connection:
        verdict = verify(connection)
    assert (verdict.broken_at, verdict.reason) == (5, "gap")


def test_swapped_changes_are_found(filled: Database) -> None:
    with filled.writing() as connection:
        for old, new in ((5, 99), (6, 5), (99, 6)):
            connection.execute(update(CHANGES).where(CHANGES.c.sequence == old).values(sequence=new))
    with filled.reading() as connection:
        assert verify(connection).broken_at == 5


def test_an_inserted_change_is_found(filled: Database) -> None:
    with filled.writing() as connection:
        row = dict(connection.execute(select(CHANGES).where(CHANGES.c.sequence == 10)).one()._mapping)
        connection.execute(insert(CHANGES).values({**row, "sequence": 11}))
    with filled.reading() as connection:
        assert verify(connection).broken_at == 11


def test_a_cut_tail_is_found_by_the_anchor_alone(filled: Database) -> None:
    """Whoever cuts the tail and mends the head leaves a chain that holds; only what was kept elsewhere proves the cut."""
    with filled.reading() as connection:
        anchor = head_of(connection)
    with filled.writing() as connection:
        connection.execute(delete(CHANGES).where(CHANGES.c.sequence > 7))
        last = connection.execute(select(CHANGES.c.digest).where(CHANGES.c.sequence == 7)).scalar_one()
        connection.execute(update(HEAD).values(sequence=7, digest=last))
    with filled.reading() as connection:
        assert verify(connection).broken_at is None
        verdict = verify(connection, anchor)
    assert (verdict.broken_at, verdict.reason) == (8, "anchor")


def test_another_history_of_the_same_length_is_found_by_the_anchor(filled: Database) -> None:
    with filled.reading() as connection:
        verdict = verify(connection, Anchor(4, bytes(32)))
    assert (verdict.broken_at, verdict.reason) == (4, "anchor")


def test_an_erasure_leaves_the_chain_whole(filled: Database) -> None:
    """Values and salt go; what stays says that there was a change, and proves it."""
    with filled.writing() as connection:
        connection.execute(update(CHANGES).where(CHANGES.c.sequence == 5).values(old=None, new=None, salt=None))
    with filled.reading() as connection:
        assert verify(connection).broken_at is None
        erased = changes_of(connection, "lead", 1)[4]
    assert (erased.erased, erased.old, erased.new) == (True, None, None)


def test_recorded_times_never_run_backwards(patron: App) -> None:
    """The clock was put back by two hours between two works."""
    recorded = []
    for now in (NOW, NOW - timedelta(hours=2), NOW + DAY):
        with patron._replace(clock=fixed_clock(now)).session() as session:
            with session.write() as work:
                customer = work.add(Customer(name="Ada"))
                work.commit()
            with session.read() as reader:
                recorded += [change.recorded_at for change in reader.history(customer, "name")]
    assert recorded == [NOW, NOW, NOW + DAY]


def test_what_was_known_then(patron: App) -> None:
    """A correction recorded later is true of the past, and was not known in it."""
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada"))
        team = work.add(_team())
        lead = work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_team_id=team.id))
        lead = work.update(lead, likelihood=20)
        work.commit()
    with patron._replace(clock=fixed_clock(NOW + 10 * DAY)).session() as session, session.write() as work:
        work.update(lead, likelihood=60, effective_at=NOW + DAY)
        work.commit()
    with patron.session() as session, session.read() as reader:
        now_known = reader.history(lead, "likelihood")
        then_known = reader.history(lead, "likelihood", known_at=NOW + 5 * DAY)
    assert value_at(now_known, NOW + 2 * DAY) == 60
    assert value_at(then_known, NOW + 2 * DAY) == 20
    assert value_at(now_known, NOW - DAY) is None


def _team() -> Any:
    from patron.core.nouns import Team

    return Team(code="sales", name="Sales")


@pytest.mark.requirement("R034", "R035", "R037")
def test_tracked_fields_keep_what_they_were(patron: App) -> None:
    """Focus point, interests and likelihood each have a history of their own."""
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada"))
        lead = work.add(
            Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_team_id=work.add(_team()).id, interests=("A",))
        )
        lead = work.update(lead, focus_point="price", likelihood=30)
        lead = work.update(lead, focus_point="safety", interests=("A", "B"), likelihood=70, quoted_price=Decimal("1.5"))
        history = {
            field: [(change.old, change.new) for change in work.history(lead, field)]
            for field in ("focus_point", "interests", "likelihood", "quoted_price")
        }
    assert history == {
        "focus_point": [(None, "price"), ("price", "safety")],
        "interests": [(None, ("A",)), (("A",), ("A", "B"))],
        "likelihood": [(None, 30), (30, 70)],
        "quoted_price": [(None, Decimal("1.5"))],
    }


@pytest.mark.requirement("R037")
def test_what_was_overtaken_belongs_to_the_past_alone(patron: App) -> None:
    """A value entered late changes what was true then; the record and its history agree about the present."""
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada"))
        lead = work.add(
            Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_team_id=work.add(_team()).id, likelihood=20),
            effective_at=NOW - 30 * DAY,
        )
        lead = work.update(lead, likelihood=60, effective_at=NOW - 10 * DAY)
        late = work.update(lead, likelihood=45, effective_at=NOW - 20 * DAY)
        assert (late.likelihood, late.version) == (60, lead.version + 1)
        assert work.get(Lead, lead.id) == late
        history = work.history(lead, "likelihood")
    assert [(change.old, change.new) for change in history] == [(None, 20), (20, 45), (20, 60)]
    assert [value_at(history, NOW - days * DAY) for days in (40, 25, 15, 5)] == [None, 20, 45, 60]


def test_the_same_value_since_an_earlier_time_is_news(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada", relationship=1), effective_at=NOW - 30 * DAY)
        customer = work.update(customer, relationship=4, effective_at=NOW - 10 * DAY)
        again = work.update(customer, relationship=4, effective_at=NOW - 20 * DAY)
        history = work.history(again, "relationship")
        assert work.update(again, relationship=4, effective_at=NOW - 15 * DAY) is again
    assert value_at(history, NOW - 15 * DAY) == 4


def test_nothing_is_true_only_later_than_now(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        customer = work.update(work.add(Customer(name="Ada")), relationship=4, effective_at=NOW + DAY)
        assert [change.effective_at for change in work.history(customer, "relationship")] == [NOW]


def test_an_attempt_that_fails_takes_no_history_of_the_rest_with_it(patron: App) -> None:
    """What was changed before the attempt is kept, and so is that it was."""
    with patron.session() as session:
        with session.write() as work:
            one, other = (work.add(Customer(name=name, relationship=1), effective_at=NOW - 30 * DAY) for name in ("Ada", "Grace"))
            work.commit()
        with session.write() as work:
            one = work.update(one, name="Ada L.")
            with pytest.raises(RuntimeError), work.attempt():
                work.update(other, relationship=4, effective_at=NOW - 10 * DAY)
                raise RuntimeError
            work.commit()
        with session.read() as reader:
            assert reader.history(one, "name")[-1].new == "Ada L."
            assert len(reader.history(other, "relationship")) == 1


def test_what_a_record_hung_on_is_kept_from_its_first_move_on(patron: App) -> None:
    """A birth says nothing of it, a move has both ends, and a removal the last."""
    with patron.session() as session, session.write() as work:
        one, other = (work.add(Customer(name=name)) for name in ("Ada", "Grace"))
        need = work.add(Need(customer_id=one.id, subject="a car", at=NOW))
        assert work.history(need) == ()
        moved = work.update(need, customer_id=other.id)
        assert [(change.old, change.new) for change in work.history(moved)] == [(one.id, other.id)]


def test_the_first_two_writers_make_one_chain(database: Database) -> None:
    """Neither finds a head; one makes it and the other goes on behind."""
    with database.writing() as connection:
        append(connection, [entry(1)], clock=lambda: NOW, actor=LOCAL_ADMINISTRATOR)
    with database.writing() as connection:
        append(connection, [entry(2)], clock=lambda: NOW, actor=LOCAL_ADMINISTRATOR)
    with database.reading() as connection:
        assert verify(connection).checked == 2


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("actor", "kind", "name"), [(channel_actor("web_form"), "channel", "web_form"), (system_actor("tick"), "system", "tick")]
)
def test_the_history_says_who_did_it_where_that_was_no_user(patron: App, actor: Actor, kind: str, name: str) -> None:
    """Before the commit and after it."""
    with patron.session() as session:
        with session.write() as work:
            team, customer = work.add(_team()), work.add(Customer(name="Ada"))
            lead = work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_team_id=team.id))
            work.commit()
        with session.acting(actor).write(cause="tick") as work:
            work.update(lead, likelihood=40)
            (pending,) = work.history(lead, "likelihood")
            work.commit()
        with session.read() as reader:
            (kept,) = reader.history(lead, "likelihood")
    assert {(kind, name, None)} == {(one.actor_kind, one.actor_name, one.actor_id) for one in (pending, kept)}
