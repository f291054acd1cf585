"""Models are learned from the customers of the database, too, within the actor's rights; a missing extra is said."""

import sys

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.errors import InputError, UsageError
from patron.core.exchange.training import train_on_customers
from patron.core.matching import read_model
from patron.core.nouns import Customer, User


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_customers_whom_the_actor_may_see_are_learned_from(patron: App) -> None:
    """Three are too few, which says how many were read."""
    pytest.importorskip("splink", reason="learning needs the extra `matching`")
    with patron.session() as session, session.write() as work:
        work.add(User(login="bo", name="Bo"))
        for place, name in enumerate(("张三", "李芳", "王五")):
            work.add(Customer(name=name, birth_year=1980 + place, address=f"文三路{place}号", region="浙江"))
        work.commit()

    with patron.session() as session, pytest.raises(InputError) as refused:
        train_on_customers(session, read_model())
    assert ("matching.nothing_learned", 3) == (refused.value.key, refused.value.details["records"])

    with patron.session("bo") as session, pytest.raises(DeniedError):
        train_on_customers(session, read_model())


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_missing_extra_is_said(patron: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)

    with patron.session() as session, pytest.raises(UsageError) as refused:
        train_on_customers(session, read_model())

    assert 'pip install "patron[matching]"' in refused.value.message()
