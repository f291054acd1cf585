"""Contacts that were told of when they had happened, against what customers had said."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.crm import AddConsent, AddInteraction, add_consent, add_interaction
from patron.core.nouns import Customer, Interaction
from patron.core.outreach import Breach, breaches_told, find_breaches
from patron.testing.application import NOW


def happen(house: App, customer: Customer, days: float, **about: object) -> None:
    """Tell of a contact without a check, as an import does."""
    values = {"customer_id": customer.id, "at": NOW - timedelta(days=days), "channel": "phone", **about}
    with house.session() as session, session.write(cause="import") as work:
        work.add(Interaction(**values))
        work.commit()


def refuse(house: App, customer: Customer, days: float, **about: object) -> None:
    at = (NOW - timedelta(days=days)).isoformat()
    with house.session() as session:
        add_consent(session, AddConsent(values={"customer_id": customer.id, "decision": "refused", "at": at, **about}))


def breaches(house: App, login: str | None = None, days: int | None = None) -> list[tuple[str, str | None]]:
    with house.session(login) as session:
        return [_read(one) for one in find_breaches(session, days=days)]


def _read(one: Breach) -> tuple[str, str | None]:
    return one.verdict.objections[0].code, one.interaction.note


@pytest.mark.requirement("R277", "R234")
def test_what_was_refused_before_is_told_and_what_was_refused_later_is_not(house: App, zhang: Customer) -> None:
    """The latest first; a letter, what the customer began, what somebody decided, and what is long ago are none."""
    refuse(house, zhang, 5, channel="phone")
    for days, note in ((6, "before"), (4, "a"), (2, "b"), (400, "long ago")):
        happen(house, zhang, days, note=note)
    happen(house, zhang, 3, channel="letter")
    happen(house, zhang, 3, direction="in")
    happen(house, zhang, 3, exemption="asked for it")

    assert [("refused", "b"), ("refused", "a")] == breaches(house)
    assert [("refused", "b")] == breaches(house, days=3)


def test_what_takes_a_yes_and_has_none_is_told_too(house: App, zhang: Customer) -> None:
    happen(house, zhang, 1, channel="email", purpose="marketing", note="news")
    refuse(house, zhang, 0.5)

    assert [("no_consent", "news")] == breaches(house)


def test_who_may_decide_so_is_told_every_day(house: App, zhang: Customer) -> None:
    refuse(house, zhang, 5)
    for days in (1, 2, 30):
        happen(house, zhang, days)
    with house.session() as session:
        assert breaches_told(session) == 2
    with house.session("wang") as session:
        assert breaches_told(session) == 0
    never = house._replace(settings=house.settings._replace(outreach=house.settings.outreach._replace(breach_days=0)))
    with never.session() as session:
        assert breaches_told(session) == 0


def test_many_contacts_are_looked_at_a_page_at_a_time(house: App, zhang: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patron.core.outreach.breaches._PAGE", 2)
    refuse(house, zhang, 6)
    for number in range(5):
        happen(house, zhang, 1, note=str(number))

    assert ["4", "3", "2", "1", "0"] == [note for _, note in breaches(house)]


def test_a_contact_that_the_guard_let_pass_is_none(house: App, zhang: Customer) -> None:
    with house.session("wang") as session:
        add_interaction(session, AddInteraction(values={"customer_id": zhang.id, "note": "called"}))

    assert [] == breaches(house)
