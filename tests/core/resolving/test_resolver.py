"""Whom what is told means: the same as a scan of the same records would say, in whatever portions they come."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron.app import App
from patron.core.matching.model import Model, read_model
from patron.core.matching.scanning import compare
from patron.core.matching.scoring import Verdict
from patron.core.nouns import Customer, IdentityLink
from patron.core.nouns.schemes import identity_of
from patron.core.resolving import Resolver, Told, UndecidedError
from patron.core.store import UnitOfWork
from patron.core.store.keys import Party

MODEL = read_model()
NAMES = ["张三", "张三先生", "李芳", "张小三", "欧阳惠", "John Smith", "Smith, J.", "Jane Smith", "Unknown person", None]
PHONES, MAILS = ["13800138000", "13800138001", "13900139000", None], ["a.smith@example.org", "B@example.org", None]
HOMES = ["浙江省杭州市西湖区文三路90号2栋301室", "西湖区文三路九十号2栋301室", "西湖区文三路90号3栋", "12 Main St", None]


@attrs.define(eq=False)
class One:
    """Somebody who is known, stored or not."""

    id: int = 0
    name: str = ""
    batch_id: int | None = None
    is_new: bool = False


def told(name: str | None = None, tel: str | None = None, email: str | None = None, home: str | None = None) -> Told:
    written = [("tel", tel), ("email", email)]
    identities = [one for scheme, text in written if text and (one := identity_of(scheme, text))]
    return Told(name, {"address": home} if home else {}, identities)


def resolver(work: UnitOfWork, persons: Sequence[Told], model: Model | None = MODEL) -> Resolver[One]:
    known = work.hold_identities(one for person in persons for one in person.identities)
    made: dict[int, One] = {}

    def existing(party: Party) -> One:
        return made.setdefault(party.customer_id, One(party.customer_id, party.name, party.batch_id))

    return Resolver(work, persons, known, existing=existing, is_seen=lambda _: True, model=model)


def answer(asked: Resolver[One], person: Told, first: One | None) -> Verdict:
    try:
        found = asked.find(person)
    except UndecidedError:
        return Verdict.ASK
    assert found is None or first is None or found.who is first
    return Verdict.NEW if found is None else Verdict.JOIN


def store(work: UnitOfWork, person: Told) -> Customer:
    name = person.name or next((one.written for one in person.identities), "Unknown person")
    customer = work.add(Customer(name=name, address=person.about.get("address"), owner_team_id=1))
    work.add_many([IdentityLink(identity_id=work.identity(one).id, customer_id=customer.id) for one in person.identities])
    return customer


people = st.builds(told, st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(MAILS), st.sampled_from(HOMES)).filter(
    lambda person: bool(person.name or person.identities)
)


@pytest.fixture(name="office")
def _office(patron: App) -> App:
    with patron.session() as session, session.write() as work:
        from patron.core.nouns import Team

        work.add(Team(code="sales", name="Sales", kind="department"))
        work.commit()
    return patron


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(people, people)
def test_two_records_are_one_person_as_a_scan_says(office: App, one: Told, other: Told) -> None:
    """Whether the first is stored, or came in the same chunk; where it has nothing to be found by, it can only be new."""
    (pair,) = compare(MODEL, one.person(), [other.person()])
    shares = set(one.keys) & set(other.keys) or one.name in other.ways
    expected = pair.verdict if shares else Verdict.NEW

    with office.session() as session, session.write() as work:
        chunk = resolver(work, [one, other])
        first = One(name=one.name or next(each.written for each in one.identities), is_new=True)
        chunk.learn(first, one)
        assert expected == answer(chunk, other, first)
        stored = store(work, one)
        asked = resolver(work, [other])
        assert expected == answer(asked, other, None)
        found = asked.find(other) if expected is Verdict.JOIN else None
        assert found is None or found.who.id == stored.id


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_number_of_the_customer_decides_alone(office: App) -> None:
    """It is the file's own word for who it is, whatever else the row says."""
    number = identity_of("external", "C1")
    assert number is not None
    row = Told("李芳", {}, [number, *told(tel="13800138000").identities])
    with office.session() as session, session.write() as work:
        mine = store(work, Told("张三", {}, [number]))
        other = store(work, told("李芳", "13800138000"))
        found = resolver(work, [row]).find(row)
    assert found is not None
    assert (mine.id, other.id) == (found.who.id, mine.id + 1)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_of_a_household_the_name_decides_and_else_a_further_identity(office: App) -> None:
    with office.session() as session, session.write() as work:
        zhang, li = store(work, told("张三", "13800138000")), store(work, told("李芳", "13800138000", "li@example.org"))
        rows = [
            told("李芳", "13800138000"),
            told("张三先生", "13800138000"),
            told("王明", "13800138000", "li@example.org"),
            told(None, "13800138000", "li@example.org"),
            told(None, "13800138000"),
        ]
        asked = resolver(work, rows)
        found = [asked.find(row) for row in rows[:2]]
        assert [li.id, zhang.id] == [one.who.id for one in found if one]
        for row, key in zip(rows[2:], ["alike_customers", "several_customers", "several_customers"], strict=True):
            with pytest.raises(UndecidedError) as undecided:
                asked.find(row)
            assert f"matching.{key}" == undecided.value.key


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_who_has_the_phone_and_else_nothing_in_common_is_somebody_new(office: App) -> None:
    with office.session() as session, session.write() as work:
        store(work, told("张三", "13800138000", home=HOMES[0]))
        row = told("李芳", "13800138000", home="北京市海淀区中关村大街1号")
        assert resolver(work, [row]).find(row) is None


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_an_organisation_is_found_by_its_phone_whoever_answers_it(office: App) -> None:
    with office.session() as session, session.write() as work:
        firm = work.add(Customer(name="Acme", kind="organisation", owner_team_id=1))
        work.add(IdentityLink(identity_id=work.identity(told(tel="13800138000").identities[0]).id, customer_id=firm.id))
        row = told("Jane Smith", "13800138000")
        found = resolver(work, [row]).find(row)
    assert found is not None
    assert firm.id == found.who.id


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_next_number_of_a_system_is_the_next_customer(office: App) -> None:
    """However common the name is: numbers that differ in a sign are no slip of the pen."""
    numbers = [identity_of("external", number) for number in ("C1001", "C1002")]
    first, second = [Told("濮阳慧琳", {}, [number]) for number in numbers if number]
    with office.session() as session, session.write() as work:
        store(work, first)
        assert resolver(work, [second]).find(second) is None
