"""Who has no identity that is known may still be known: joined where it is sure, asked about where it may be, else new."""

from collections.abc import Callable
from typing import Any

import pytest

from patron.app import App
from patron.core.crm.merging import Merge, list_apart, preview_merge
from patron.core.errors import UsageError
from patron.core.intake import NEW, replay
from patron.core.nouns import Customer, Lead
from patron.core.records.intake import Outcome

Send = Callable[..., Any]
HOME = "浙江省杭州市西湖区文三路90号2栋301室"
PERSON = {"name": "濮阳慧琳", "tel": "13800138000", "address": HOME, "note": "how much?"}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


def test_name_and_address_are_enough_and_the_receipt_says_so(office: App, send: Send) -> None:
    send(PERSON)
    received = send({"name": "濮阳慧琳女士", "address": "西湖区文三路九十号二栋301室", "email": "hui@example.org"})

    assert (Outcome.ACCEPTED,) == received.outcomes, received.receipts
    assert 1 == len(all_of(office, Customer)) == len(all_of(office, Lead))
    assert str(received.receipts[0].reason).startswith("1 濮阳慧琳 (")
    assert "address equal" in str(received.receipts[0].reason)
    assert 1 == len({lead.customer_id for lead in all_of(office, Lead)})


@pytest.mark.parametrize("about", [{}, {"address": "北京市海淀区中关村大街1号"}, {"tel": "13900139000"}])
def test_a_name_alone_is_somebody_new(office: App, send: Send, about: dict[str, str]) -> None:
    send(PERSON)
    received = send({"name": "濮阳慧琳"} | about)

    assert (Outcome.ACCEPTED,) == received.outcomes, received.receipts
    assert 2 == len(all_of(office, Customer))


def test_who_may_be_known_is_asked_about_and_a_person_decides(office: App, send: Send) -> None:
    """The question names the candidates; whoever answers says which, or that it is somebody new."""
    send(PERSON)
    near = HOME.replace("2栋301室", "3栋302室")
    rows = [{"name": "濮阳慧琳", "address": near, "note": str(number)} for number in range(2)]
    asked = [send(row).receipts[0] for row in rows]

    assert {"quarantined"} == {one.outcome for one in asked}
    assert all("1 濮阳慧琳 (" in str(one.reason) and "address vaguely similar" in str(one.reason) for one in asked)
    with office.session() as session:
        (joined,) = replay(session, [asked[0].id], 1)
        (new,) = replay(session, [asked[1].id], NEW)
    assert (Outcome.ACCEPTED,) == joined.outcomes == new.outcomes
    assert [1, 2] == [one.receipts[0].customer_id for one in (joined, new)]
    assert ["濮阳慧琳"] * 2 == [one.name for one in all_of(office, Customer)]


def test_who_is_somebody_new_is_apart_from_whom_the_question_named(office: App, send: Send) -> None:
    """So nobody is asked again: neither by a scan, nor by who would merge them."""
    send(PERSON)
    asked = send({"name": "濮阳慧琳", "address": HOME.replace("2栋301室", "3栋302室")}).receipts[0]
    with office.session() as session:
        replay(session, [asked.id], NEW)
        (decided,) = list_apart(session)
        doubts = preview_merge(session, Merge(noun="customer", keep=1, others=(2,))).doubts

    assert (1, 2, f"Receipt {asked.id} is from somebody new.") == (decided.one_id, decided.other_id, decided.reason)
    assert "apart" in {one.key for one in doubts}


def test_a_decision_is_about_one_receipt(office: App, send: Send) -> None:
    send(PERSON)
    with office.session() as session, pytest.raises(UsageError) as refused:
        replay(session, (), 1)
    assert "intake.decide_one" == refused.value.key
