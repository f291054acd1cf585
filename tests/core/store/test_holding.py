"""
One person, one record: who holds an identity decides alone whom it stands for.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from patron.app import App
from patron.core.nouns import Customer, Identity, IdentityLink
from patron.core.store import DuplicateError, UnitOfWork
from patron.core.store.tables import TABLES


def phone(number: int) -> Identity:
    return Identity(scheme="tel", value=f"+861380013{number:04}")


def meet(work: UnitOfWork, identities: Sequence[Identity]) -> None:
    """Make a customer for each identity that stands for nobody yet."""
    for known in work.hold_identities(identities).values():
        if not known.parties:
            customer = work.add(Customer(name="Ada"))
            work.add(IdentityLink(identity_id=known.id, customer_id=customer.id))


def at_once(patron: App, sets: Sequence[Sequence[Identity]]) -> None:
    """Meet each set in a thread and a transaction of its own, all beginning together."""
    together = Barrier(len(sets))

    def run(identities: Sequence[Identity]) -> None:
        with patron.session() as session:
            _ = session.records.database
            together.wait()
            with session.write() as work:
                meet(work, identities)
                work.commit()

    with ThreadPoolExecutor(len(sets)) as threads:
        list(threads.map(run, sets))


def counted(patron: App, *nouns: str) -> list[int]:
    with patron.session() as session, session.read() as reader:
        return [reader.connection.execute(select(func.count()).select_from(TABLES[noun])).scalar_one() for noun in nouns]


@pytest.mark.parametrize("stored", [False, True])
def test_many_who_meet_one_person_make_one_customer(patron: App, stored: bool) -> None:
    """Whether the number is new to all or known, standing for nobody."""
    if stored:
        with patron.session() as session, session.write() as work:
            work.identity(phone(1))
            work.commit()
    at_once(patron, [[phone(1)]] * 32)
    assert [1, 1, 1] == counted(patron, "customer", "identity", "identity_link")


def test_sets_that_overlap_in_opposite_orders_wait_in_no_circle(patron: App) -> None:
    """Some of the numbers are known before, most are new to all who meet them."""
    phones = [phone(number) for number in range(60)]
    at_once(patron, [phones[::7]])
    at_once(patron, [phones[start : start + 40][:: 1 if start % 2 else -1] for start in range(20)])
    assert [59, 59, 59] == counted(patron, "customer", "identity", "identity_link")


def test_an_identity_that_stands_for_nobody_in_the_end_goes_again(patron: App) -> None:
    """One that was there before stays, and so does one that was made to stay."""
    with patron.session() as session, session.write() as work:
        work.identity(phone(1))
        work.commit()
    with patron.session() as session, session.write() as work:
        work.hold_identities([phone(1), phone(2), phone(3)])
        work.identity(phone(3))
        work.commit()
    with patron.session() as session, session.read() as reader:
        assert [phone(1).value, phone(3).value] == [one.value for one in reader.find(Identity)]


def test_what_an_attempt_held_is_held_anew_when_it_failed(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        with pytest.raises(RuntimeError), work.attempt():
            meet(work, [phone(1)])
            raise RuntimeError
        meet(work, [phone(1)])
        work.commit()
    assert [1, 1, 1] == counted(patron, "customer", "identity", "identity_link")


def test_an_identity_stands_for_a_customer_once(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        customer, identity = work.add(Customer(name="Ada")), work.identity(phone(1))
        work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id))
        work.commit()
    with patron.session() as session, pytest.raises(DuplicateError), session.write() as work:
        work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id))
