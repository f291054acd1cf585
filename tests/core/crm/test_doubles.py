"""Customers who may be one are found among those whom the actor may see, and nothing is changed."""

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm.doubles import person_of_customer, persons_of
from patron.core.exchange.scanning import scan_customers
from patron.core.matching import Person, read_model
from patron.core.nouns import Customer, Identity, IdentityLink, User
from patron.core.nouns.criterion import equal
from patron.core.store import Reader
from patron.core.store.concealing import Concealment


def test_customers_of_one_person_are_listed_and_left_alone(patron: App) -> None:
    """Merged ones and organisations are left out; a masked number says nothing."""
    with patron.session() as session, session.write() as work:
        known = [
            work.add(Customer(name=name, address=address, kind=kind))
            for name, address, kind in (
                ("张三", "西湖区文三路90号", "person"),
                ("张三先生", "西湖区文三路九十号", "person"),
                ("李芳", "西湖区文三路90号", "person"),
                ("张三", "西湖区文三路90号", "organisation"),
            )
        ]
        for scheme, value, owners in (("tel", "+8613800138000", (0, 2)), ("tel_masked", "138****8000", (1,))):
            identity = work.identity(Identity(scheme=scheme, value=value))
            for place in owners:
                work.add(IdentityLink(identity_id=identity.id, customer_id=known[place].id))
        work.commit()

    with patron.session() as session:
        found = scan_customers(session, read_model())
        with session.read() as reader:
            assert 4 == reader.count(Customer)

    assert ["1", "2", "3"] == [person.key for person in found.persons]
    assert (0, 0, 2) == found.found.clusters
    assert [(0, 2)] == [(pair.one, pair.other) for pair in found.found.asked]


def persons_one_by_one(reader: Reader) -> list[Person]:
    """Return what `persons_of()` returns, read record by record."""
    values = {one.id: one for one in reader.find(Identity)}
    links = [one for one in reader.find(IdentityLink) if one.identity_id in values]
    known = {one.id: [values[link.identity_id] for link in links if link.customer_id == one.id] for one in reader.find(Customer)}
    return [person_of_customer(one, known[one.id]) for one in reader.find(Customer, [equal("kind", "person")])]


@pytest.fixture(name="shop")
def _shop(patron: App) -> App:
    """Return an application with customers of the saleswoman and of nobody, who share a phone."""
    with patron.session() as session, session.write() as work:
        own = work.add(User(login="an", name="An", roles=("sales_rep",)))
        work.add(User(login="bo", name="Bo"))
        shared = work.identity(Identity(scheme="tel", value="+8613800138000"))
        mail = work.identity(Identity(scheme="email", value="zhang@example.com"))
        for owner, name in ((own.id, "张三"), (None, "李芳"), (own.id, "王五")):
            customer = work.add(Customer(name=name, owner_user_id=owner, birth_year=1980, address="文三路90号", region="浙江"))
            for identity in (mail, shared) if name == "张三" else (shared,):
                work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id))
        work.add(Customer(name="赵六", owner_user_id=own.id))
        work.commit()
    return patron


@pytest.mark.parametrize(("login", "seen"), [(None, ["1", "2", "3", "4"]), ("an", ["1", "3", "4"])])
def test_persons_are_those_whom_the_actor_may_see(shop: App, login: str | None, seen: list[str]) -> None:
    with shop.session(login) as session, session.read() as reader:
        found, expected = persons_of(reader), persons_one_by_one(reader)

    assert expected == found
    assert seen == [person.key for person in found]
    assert ("+8613800138000",) == found[0].tel
    assert ((), "") == (found[-1].tel, found[-1].born)


def test_a_hidden_field_tells_nobody_apart(shop: App, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = {"customer": frozenset({"address", "birth_year"}), "identity": frozenset({"value"})}
    monkeypatch.setattr(Concealment, "hidden", lambda self, noun: hidden.get(noun, frozenset()))

    with shop.session() as session, session.read() as reader:
        first, *_ = persons_of(reader)

    assert ("三", (), (), "", "", "浙江") == (first.given, first.tel, first.email, first.born, first.address, first.region)


def test_who_may_see_no_customers_gets_none(shop: App) -> None:
    with shop.session("bo") as session, session.read() as reader, pytest.raises(DeniedError):
        persons_of(reader)
