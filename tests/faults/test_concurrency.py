"""
Many writers at once: nobody's work is lost, nobody is preferred, the history stays one chain.
"""

import json
import random
import signal
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import ModuleType

import pytest
from sqlalchemy import func, select

from patron.core.crm import AddLead, Reach, add_lead
from patron.core.intake import open_connection, receive, take_in
from patron.core.nouns import Customer, Identity, Lead, Receipt, Team, User
from patron.core.records import Delivery, Outcome
from patron.core.store import ConflictError, Database
from patron.core.store.assignments import log_of_rotation
from patron.core.store.history import head_of, verify
from patron.core.store.tables import TABLES
from patron.testing.application import NOW


@pytest.mark.slow
@pytest.mark.requirement("R064")
def test_f14_a_rotation_is_fair_under_concurrency(
    database: Database, address: str, worker: ModuleType, at_once: Callable[..., None], sound: Callable[[], None], full: bool
) -> None:
    """However many processes take turns at once, no two owners differ by more than one."""
    processes, times = (32, 100) if full else (6, 15)
    with worker.open_app(address).session() as session, session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        for number in range(7):
            work.add(User(login=f"user{number}", name=f"User {number}", team_id=team.id))
        work.add(User(login="away", name="Away", team_id=team.id, on_duty=False))
        work.commit()
    at_once(processes, "rotate", times)
    with worker.open_app(address).session() as session, session.read() as reader:
        turns = Counter(lead.owner_user_id for lead in reader.find(Lead))
        log = log_of_rotation(reader.connection, "floor", processes * times + 1)
    assert len(log) == processes * times
    assert sum(turns.values()) == processes * times
    assert len(turns) == 7
    assert max(turns.values()) - min(turns.values()) <= 1
    sound()


@pytest.mark.slow
def test_f20_one_person_who_comes_by_many_ways_at_once_is_one(
    database: Database, address: str, worker: ModuleType, sound: Callable[[], None]
) -> None:
    """Typed in, and by the door of channels, under an address in many forms of letters: one customer, and nobody is refused."""
    threads = 200
    names = [unicodedata.normalize(form, "José Ångström") for form in ("NFC", "NFD")]
    mails = ["ada@example.org", "ada@Example.ORG", "mailto:ada@EXAMPLE.org", "ａｄａ＠ｅｘａｍｐｌｅ.org", " ada@example.org "]
    together = Barrier(threads)

    with worker.open_app(address).sharing() as shared:
        with shared.session() as session, session.write() as work:
            work.add(Team(code="sales", name="Sales"))
            work.add(Team(code="marketing", name="Marketing"))
            work.commit()

        def come(number: int) -> bool:
            name, mail = names[number % 2], mails[number % 5]
            with shared.session() as session:
                together.wait()
                if number % 3:
                    body = json.dumps({"id": str(number), "name": name, "email": mail}).encode()
                    (outcome,) = receive(session, "webhook", Delivery(body=body, received_at=NOW)).outcomes
                    return outcome is Outcome.ACCEPTED
                reaches = (Reach("email", mail),)
                return (
                    add_lead(session, AddLead(values={"source": "store"}, customer={"name": name}, reaches=reaches)).lead.id > 0
                )

        with ThreadPoolExecutor(threads) as pool:
            assert all(pool.map(come, range(threads)))
        with shared.session() as session, session.read() as reader:
            assert [1, 1] == [reader.count(noun) for noun in (Customer, Identity)]
    sound()


@pytest.mark.slow
def test_f16_what_waits_is_read_once_by_whoever_is_free(
    database: Database, address: str, worker: ModuleType, at_once: Callable[..., None], sound: Callable[[], None], full: bool
) -> None:
    """F17, too: those who are killed while they read keep nothing from the others, and leave nothing half."""
    processes, deliveries, kills = (32, 3_200, 10) if full else (3, 30, 1)
    with worker.open_app(address).session() as session:
        with session.write() as work:
            work.add_many([Team(code=code, name=code.title()) for code in ("sales", "marketing")])
            work.commit()
        opened = open_connection(session, "webhook")
        for number in range(deliveries):
            body = json.dumps({"id": str(number), "name": f"P{number}", "phone": f"1380013{number:04}"}).encode()
            assert take_in(session, opened, Delivery(body=body, received_at=NOW)).delivery_id
    dice = random.Random(16)
    for _ in range(kills):
        command = [sys.executable, worker.__file__, "drain", address, "7", str(dice.randrange(2, 60))]
        assert -signal.SIGKILL == subprocess.run(command, capture_output=True, check=False).returncode
    at_once(processes, "drain", 7)

    with worker.open_app(address).session() as session, session.read() as reader:
        receipts, leads = reader.find(Receipt), reader.find(Lead)
    assert sorted(map(str, range(deliveries))) == sorted(lead.source_key or "" for lead in leads)
    assert [("accepted", 0)] * deliveries == [(one.outcome, one.repeats) for one in receipts]
    assert deliveries == len({one.delivery_id for one in receipts})
    sound()


@pytest.mark.slow
def test_f18_no_update_is_lost(
    database: Database, address: str, worker: ModuleType, at_once: Callable[..., None], sound: Callable[[], None], full: bool
) -> None:
    """Everybody's addition counts, and each is one change of the history, in one order."""
    processes, times = (10, 10) if full else (5, 4)
    with worker.open_app(address).session() as session, session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        customer = work.add(Customer(name="Ada"))
        work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_team_id=team.id))
        work.commit()
    at_once(processes, "raise_likelihood", times)
    with worker.open_app(address).session() as session, session.read() as reader:
        lead = reader.get(Lead, 1)
        assert lead.likelihood == processes * times
        assert [change.new for change in reader.history(lead, "likelihood")] == list(range(1, processes * times + 1))
    sound()


@pytest.mark.slow
def test_files_that_are_imported_at_once_make_one_customer_of_one_person(
    database: Database, address: str, at_once: Callable[..., None], sound: Callable[[], None], full: bool, tmp_path: Path
) -> None:
    """Every process brings the same phones in an order and in chunks of its own; none is refused or waits in a circle."""
    processes, rows = (12, 1_000) if full else (3, 80)
    at_once(processes, "bring_customers", tmp_path, rows)
    with database.reading() as connection:
        for noun in ("customer", "identity", "identity_link"):
            assert rows == connection.execute(select(func.count()).select_from(TABLES[noun])).scalar_one()
    assert list(tmp_path.glob("*.rejects.csv")) == []
    sound()


def test_f18_the_slower_of_two_is_told(database: Database, address: str, worker: ModuleType) -> None:
    with worker.open_app(address).session() as session:
        with session.write() as work:
            first = work.add(Customer(name="Ada"))
            work.commit()
        with session.write() as work:
            work.update(first, region="North")
            work.commit()
        with pytest.raises(ConflictError) as refused, session.write() as work:
            work.update(first, region="South")
    assert "had version 1, it has version 2" in refused.value.message("en")


@pytest.mark.slow
def test_f57_the_chain_stays_one_under_many_writers(
    database: Database, address: str, worker: ModuleType, at_once: Callable[..., None], full: bool
) -> None:
    processes, times = (32, 20) if full else (6, 10)
    with worker.open_app(address).session() as session, session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        work.add(User(login="one", name="One", team_id=team.id))
        work.commit()
    at_once(processes, "rotate", times)
    with database.reading() as connection:
        verdict = verify(connection, head_of(connection))
    assert (verdict.broken_at, verdict.checked) == (None, verdict.head.sequence)
    assert verdict.checked >= processes * times


@pytest.mark.slow
def test_the_first_writers_of_a_new_database_make_one_chain(
    database: Database, at_once: Callable[..., None], sound: Callable[[], None]
) -> None:
    """Nobody has appended to the history yet, and several begin at the same moment."""
    at_once(4, "add_customers", 3)
    sound()
