"""Customers who may be one are found among those whom the actor may see, and nothing is changed."""

from patron.app import App
from patron.core.exchange.scanning import scan_customers
from patron.core.matching import read_model
from patron.core.nouns import Customer, Identity, IdentityLink


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
