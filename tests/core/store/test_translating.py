"""
What a driver raises is an error of ours at the statement that failed, in words that say what to do, alike on both databases.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, insert, text

from patron.app import App
from patron.core.nouns import Customer, Order
from patron.core.store import BusyError, DanglingError, Database, DuplicateError, RuleError, StoreError, UnitOfWork
from patron.core.store.tables import TABLES
from patron.core.store.translating import error_of
from patron.testing.application import NOW


def ordered(work: UnitOfWork) -> None:
    customer = work.add(Customer(name="Ada"))
    work.add_many([Order(customer_id=customer.id, number="A-1", ordered_at=NOW)] * 2)


def put(noun: str, **values: Any) -> Callable[[UnitOfWork], object]:
    return lambda work: work.connection.execute(insert(TABLES[noun]).values(values))


def remove_with_order(work: UnitOfWork) -> None:
    customer = work.add(Customer(name="Ada"))
    work.add(Order(customer_id=customer.id, number="A-1", ordered_at=NOW))
    work.remove(customer)


@pytest.mark.parametrize(
    ("do", "kind", "key", "noun", "field"),
    [
        (ordered, DuplicateError, "store.duplicate", "order", "system, number"),
        (put("customer", kind="person"), RuleError, "store.lacking", "customer", "name"),
        (
            put("lead", customer_id=1, source="qq", status="open", stage="new", filed_at=NOW),
            RuleError,
            "store.against_rule",
            "lead",
            "ck_leads_one_owner",
        ),
        (put("need", customer_id=77, subject="a car", at=NOW), DanglingError, "store.dangling", "need", None),
        (remove_with_order, DanglingError, "store.referred", "customer", None),
    ],
)
def test_a_contradiction_names_record_and_field(
    patron: App, do: Callable[[UnitOfWork], object], kind: type[StoreError], key: str, noun: str, field: str | None
) -> None:
    """It is raised by the statement, so that an attempt can go on without what was refused."""
    with patron.session() as session, session.write() as work:
        with pytest.raises(kind) as refused, work.attempt():
            do(work)
        work.add(Customer(name="Grace"))
    assert (key, noun) == (refused.value.key, refused.value.details["noun"])
    assert field in {None, refused.value.details["field"]}
    for lang in ("en", "zh"):
        assert "{" not in refused.value.message(lang)


def test_a_writer_in_the_way_is_busy(database: Database, address: str, tmp_path: Any) -> None:
    impatient = Database.at(address, tmp_path, busy_seconds=0.05)

    def write(connection: Connection) -> None:
        connection.execute(text("update customers set name = 'Grace' where id = 1"))

    with database.writing() as connection:
        connection.execute(insert(TABLES["customer"]).values(id=1, name="Ada", kind="person"))
    with database.writing() as connection:
        write(connection)
        with pytest.raises(BusyError) as refused, impatient.writing() as other:
            write(other)
    impatient.close()
    assert "store.busy" == refused.value.key


def test_who_may_only_read_is_told_at_the_statement(database: Database) -> None:
    with database.reading() as connection, pytest.raises(StoreError) as refused:
        connection.execute(insert(TABLES["customer"]).values(name="Ada", kind="person"))
    assert "store.read_only" == refused.value.key


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_off_is_told(database: Database) -> None:
    """The next one is made anew."""
    with pytest.raises(StoreError) as refused, database.writing() as connection:
        number = connection.execute(text("select pg_backend_pid()")).scalar_one()
        with database.engine.connect() as other:
            other.execute(text(f"select pg_terminate_backend({number}, 5000)"))
        connection.execute(text("select 1"))
    assert "store.lost" == refused.value.key
    with database.reading() as connection:
        assert 1 == connection.execute(text("select 1")).scalar_one()


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("said")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("original", "connected", "key"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), True, "full"),
        (of_sqlite(sqlite3.SQLITE_IOERR_READ), True, "input_output"),
        (of_sqlite(sqlite3.SQLITE_CONSTRAINT_TRIGGER), True, "contradiction"),
        (psycopg.errors.DiskFull("said"), True, "full"),
        (psycopg.errors.DeadlockDetected("said"), True, "busy"),
        (psycopg.errors.TooManyConnections("said"), True, "crowded"),
        (psycopg.errors.InsufficientPrivilege("said"), True, "forbidden"),
        (psycopg.errors.ConnectionFailure("said"), True, "lost"),
        (psycopg.OperationalError("said"), True, "lost"),
        (psycopg.OperationalError("said"), False, "unreachable"),
        (psycopg.errors.InvalidPassword("said"), False, "unreachable"),
        (psycopg.errors.ExclusionViolation("said"), True, "contradiction"),
        (psycopg.errors.SyntaxError("said"), True, "failed"),
    ],
)
def test_every_kind_of_failure_has_its_message(original: Exception, connected: bool, key: str) -> None:
    error = error_of(original, "here", "SELECT 1", connected=connected)
    assert f"store.{key}" == error.key
    assert error.message("en") != error.message("zh")
