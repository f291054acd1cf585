"""
What is known of a customer.
"""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.nouns import Customer, FieldError
from patron.core.nouns.criterion import Criterion, Operator
from patron.core.nouns.vocabulary import core_codes
from patron.testing import NOW

MOTIVES = ("price", "quality", "value", "service", "purchase_time", "priority_price")


@pytest.mark.requirement("R291")
def test_buying_motives_are_kept_in_order_of_weight_with_their_history(patron: App) -> None:
    """Several of a list, found by any of them; what mattered before is known with the day on which it changed."""
    assert tuple(core_codes()["buying_motive"]) == MOTIVES
    with patron.session() as session:
        with session.write() as work:
            ada = work.add(Customer(name="Ada", buying_motives=("price",)), effective_at=NOW - timedelta(days=30))
            work.add(Customer(name="Alan", buying_motives="service；quality；service"))
            ada = work.update(ada, buying_motives=("quality", "price"), effective_at=NOW - timedelta(days=7))
            work.commit()
        with session.read() as reader:
            assert reader.get(Customer, ada.id).buying_motives == ("quality", "price")
            found = reader.find(Customer, [Criterion("buying_motives", Operator.CONTAINS, "quality")])
            assert sorted((customer.name, customer.buying_motives) for customer in found) == [
                ("Ada", ("quality", "price")),
                ("Alan", ("service", "quality")),
            ]
            last = reader.history(ada, "buying_motives")[-1]
            assert (last.old, last.new, last.effective_at) == (("price",), ("quality", "price"), NOW - timedelta(days=7))


@pytest.mark.requirement("R291")
def test_a_motive_that_is_not_in_the_list_is_refused(patron: App) -> None:
    with (
        patron.session() as session,
        session.write() as work,
        pytest.raises(FieldError, match=r"cheapness.*the price alone \(price\), quality"),
    ):
        work.add(Customer(name="Ada", buying_motives=("cheapness",)))
