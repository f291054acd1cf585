"""
Merging at once: of the same records in opposite directions, and while somebody hangs something on one of them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from patron.app import App
from patron.core.crm import AddCustomer, AddLead, Query, Reach, add_customer, add_lead, find_id, list_records, show_record
from patron.core.crm.merging import Merge, Unmerge, merge, unmerge
from patron.core.errors import PatronError
from patron.core.nouns import Customer, Identity, IdentityLink, Lead, Team
from patron.core.nouns.schemes import identity_of
from patron.core.session import Session


def customers(app: App, count: int) -> list[int]:
    """Add customers of one name, each with a phone number of its own."""
    with app.session() as session:
        told = [AddCustomer(values={"name": "张三"}, reaches=(Reach("tel", f"1380013800{place}"),)) for place in range(count)]
        return [add_customer(session, one).customer.id for one in told]


def at_once(app: App, works: Sequence[Callable[[Session], Any]]) -> list[Any]:
    """Do each work in a thread and a session of its own, all beginning together; what is refused is returned."""
    together = Barrier(len(works))

    def run(work: Callable[[Session], Any]) -> Any:
        with app.session() as session:
            _ = session.records.database
            together.wait()
            try:
                return work(session)
            except PatronError as error:
                return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def merging(keep: int, *others: int) -> Callable[[Session], Any]:
    command = Merge(noun="customer", keep=keep, others=others, certain=True)
    return lambda session: merge(session, command)


def test_two_who_merge_in_opposite_directions_leave_one(patron: App) -> None:
    """And a third one, who merges one of them into yet another record; nothing goes in a circle."""
    for _ in range(4):
        one, two, three = customers(patron, 3)
        done = at_once(patron, [merging(one, two), merging(two, one), merging(three, two)])
        with patron.session() as session:
            into = {number: show_record(session, "customer", number).records[0].merged_into_id for number in (one, two, three)}
            standing = {find_id(session, "customer", f"#{number}") for number in into}
        merged = [found for found in done if not isinstance(found, PatronError)]

        assert {number for number, other in into.items() if other is None} == standing
        assert all(into[other] is None for other in into.values() if other is not None)
        assert 3 - len(merged) == len(standing)
        assert merged


def test_a_lead_that_comes_meanwhile_hangs_on_the_one_that_stays(patron: App) -> None:
    """By the number of a phone, as channels find it, or by the id of the customer, who may be merged at that moment."""

    def coming(session: Session) -> None:
        with session.write() as work:
            (known,) = work.hold_identities([Identity(scheme="tel", value="+8613800138001")]).values()
            (party,) = known.parties
            work.add(Lead(customer_id=party.customer_id, source="phone", filed_at=work.now, owner_team_id=1))
            work.commit()

    def named(session: Session) -> None:
        add_lead(session, AddLead(values={"source": "store", "customer_id": f"#{two}"}))

    with patron.session() as session, session.write() as work:
        work.add(Team(code="sales", name="Sales", kind="department"))
        work.commit()
    one, two = customers(patron, 2)
    done = at_once(patron, [merging(one, two), *[coming] * 3, *[named] * 3])
    with patron.session() as session:
        leads = list_records(session, Query(noun="lead")).records
    refused = [found for found in done if isinstance(found, PatronError)]

    assert {one} == {lead.customer_id for lead in leads}
    assert 6 - len(refused) == len(leads)
    assert all("merged into" in str(error) for error in refused)


def test_a_merge_is_undone_once(patron: App) -> None:
    one, two = customers(patron, 2)
    with patron.session() as session:
        merge(session, Merge(noun="customer", keep=one, others=(two,), certain=True))
    undoing = Unmerge(noun="customer", id=two)
    done = at_once(patron, [lambda session: unmerge(session, undoing)] * 3)
    assert 2 == sum(isinstance(found, PatronError) for found in done)
    with patron.session() as session:
        assert [one, two] == [record.id for record in list_records(session, Query(noun="customer")).records]


@pytest.mark.slow
def test_two_hundred_who_meet_one_person_make_one(patron: App) -> None:
    """However they write the address: letter case of the domain, full width, spaces."""
    ways = ["ada@Example.com", "ada@EXAMPLE.COM", " ada@example.com ", "ａｄａ@example.com"]

    def meet(session: Session, written: str) -> None:
        identity = identity_of("email", written)
        assert identity is not None
        with session.write() as work:
            (known,) = work.hold_identities([identity]).values()
            if not known.parties:
                customer = work.add(Customer(name="Ada"))
                work.add(IdentityLink(identity_id=known.id, customer_id=customer.id))
            work.commit()

    with ThreadPoolExecutor(20) as threads:

        def run(place: int) -> None:
            with patron.session() as session:
                meet(session, ways[place % len(ways)])

        list(threads.map(run, range(200)))
    with patron.session() as session:
        assert 1 == list_records(session, Query(noun="customer", limit=1)).total
