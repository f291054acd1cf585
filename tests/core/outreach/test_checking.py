"""The check: every objection, what it comes to, and what is proposed instead."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patron.app import App
from patron.core.clock import instant_of
from patron.core.crm import (
    AddConsent,
    AddCustomer,
    AddInteraction,
    ChangeRecord,
    Reach,
    add_consent,
    add_customer,
    add_interaction,
    change_record,
    show_consents,
    show_customer,
)
from patron.core.crm.merging import Merge, Unmerge, merge, unmerge
from patron.core.errors import ConfigurationError
from patron.core.nouns import Customer
from patron.core.outreach import Answer, Verdict, asking, refusals, verdict_said
from patron.core.store import NotFoundError
from patron.testing.application import NOW


def refuse(house: App, customer: Customer, **about: object) -> None:
    values = {"customer_id": customer.id, "decision": "refused", "at": (NOW - timedelta(days=1)).isoformat(), **about}
    with house.session() as session:
        add_consent(session, AddConsent(values=values))


def wish(house: App, customer: Customer, **values: object) -> None:
    with house.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=customer.id, values=values))


def touch(house: App, customer: Customer, days: int, **values: object) -> None:
    about = {"customer_id": customer.id, "note": "–", "at": (NOW - timedelta(days=days)).isoformat(), **values}
    with house.session() as session:
        add_interaction(session, AddInteraction(values=about))


def ask(house: App, customer: Customer, channel: str = "phone", purpose: str = "sales", at: datetime = NOW) -> Verdict:
    with house.session() as session:
        return asking(session, customer.id, channel=channel, purpose=purpose, at=at)


def clock(hour: int) -> datetime:
    """Return an hour of our zone."""
    return datetime(2026, 1, 5, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def told(verdict: Verdict) -> tuple[str, list[str], str | None]:
    return verdict.answer.value, [one.code for one in verdict.objections], verdict.instead


def test_nothing_speaks_against_a_call_about_a_purchase(house: App, zhang: Customer) -> None:
    assert told(ask(house, zhang)) == ("yes", [], "phone")


def test_advertising_needs_a_yes(house: App, zhang: Customer) -> None:
    before = ask(house, zhang, "email", "marketing")
    refuse(house, zhang, decision="granted", channel="email", purpose="marketing")

    assert told(before) == ("no", ["no_consent"], None)
    assert told(ask(house, zhang, "email", "marketing")) == ("yes", [], "email")


@pytest.mark.requirement("R277")
def test_what_is_refused_is_blocked_and_what_is_accepted_is_proposed(house: App, zhang: Customer) -> None:
    """They do not care for unsolicited calls, but mind the occasional mail not at all."""
    wish(house, zhang, disliked_channels="phone", preferred_channels="电子邮件")

    assert told(ask(house, zhang)) == ("no", ["disliked"], "email")
    assert told(ask(house, zhang, purpose="service")) == ("yes", [], "phone"), "what we owe them they are told"


def test_who_wants_no_contact_at_all_is_not_contacted(house: App, zhang: Customer) -> None:
    refuse(house, zhang)

    assert told(ask(house, zhang, "email")) == ("no", ["do_not_contact"], None)
    assert ask(house, zhang, "email", "service").answer is Answer.NO


@pytest.mark.requirement("R234")
def test_how_often_is_the_customers_to_say(house: App, zhang: Customer) -> None:
    """Three contacts in thirty days: the oldest of them says when the next may be."""
    wish(house, zhang, contact_limit="3", contact_days="30")
    for days in (31, 20, 10, 5):
        touch(house, zhang, days)
    touch(house, zhang, 1, purpose="service")
    touch(house, zhang, 1, direction="in")

    verdict = ask(house, zhang)

    assert told(verdict) == ("later", ["too_often"], "phone")
    assert verdict.not_before == NOW + timedelta(days=10)
    assert ask(house, zhang, at=NOW + timedelta(days=10)).answer is Answer.YES
    assert ask(house, zhang, purpose="service").answer is Answer.YES


def test_who_wants_nothing_at_all_is_never_contacted_for_sales(house: App, zhang: Customer) -> None:
    wish(house, zhang, contact_limit="0")

    assert told(ask(house, zhang)) == ("no", ["too_often"], None)


def test_the_house_may_set_a_limit_of_its_own(house: App, house_with: Callable[..., App], zhang: Customer) -> None:
    touch(house, zhang, 2)

    assert told(ask(house_with(limit=1, days=7), zhang)) == ("later", ["too_often"], "phone")


@pytest.mark.parametrize(
    ("hour", "again"), [(21, "2026-01-06T08:00"), (23, "2026-01-06T08:00"), (7, "2026-01-05T08:00"), (8, None), (20, None)]
)
def test_nobody_is_disturbed_in_the_quiet_hours_of_our_zone(
    house_with: Callable[..., App], zhang: Customer, hour: int, again: str | None
) -> None:
    house = house_with(quiet_from=21, quiet_until=8)
    at = clock(hour)
    verdict = ask(house, zhang, at=at)

    assert verdict.not_before == (None if again is None else instant_of(datetime.fromisoformat(again), "Asia/Shanghai"))
    assert ask(house, zhang, "email", at=at).answer is Answer.YES, "a mail waits until it is read"


def test_a_time_that_suits_less_is_a_hint(house: App, zhang: Customer) -> None:
    wish(house, zhang, best_times="晚上")

    assert told(ask(house, zhang, at=clock(10))) == ("yes", ["bad_time"], "phone")
    assert told(ask(house, zhang, at=clock(19))) == ("yes", [], "phone")


def test_nobody_is_reached_without_an_address(house: App) -> None:
    with house.session() as session:
        masked = add_customer(session, AddCustomer(values={"name": "隐号"}, reaches=(Reach("tel", "138****8000"),))).customer
        none = add_customer(session, AddCustomer(values={"name": "无名", "address": "Pudong 1"})).customer

    assert told(ask(house, masked, "sms")) == ("no", ["masked"], None)
    assert told(ask(house, none, "email")) == ("no", ["no_address"], "letter")


def test_a_refusal_counts_for_those_who_may_not_see_it(house: App, zhang: Customer) -> None:
    """Who may not see consents at all learns the verdict."""
    refuse(house, zhang, channel="phone")
    with house.session("ma") as session:
        verdict = asking(session, zhang.id, channel="phone", at=NOW)

    assert verdict.answer is Answer.NO


def test_who_may_not_see_the_customer_learns_nothing(house: App, zhang: Customer) -> None:
    with house.session("li") as session, pytest.raises(NotFoundError):
        asking(session, zhang.id, channel="phone")


def test_of_who_was_merged_there_is_no_verdict(house: App, zhang: Customer) -> None:
    """Neither one nor all of them: whoever stays is asked about."""
    with house.session() as session:
        twin = add_customer(session, AddCustomer(values={"name": "张三", "owner_user_id": "wang"})).customer
        merge(session, Merge(noun="customer", keep=zhang.id, others=(twin.id,), certain=True))
        for ask_about in (show_consents, lambda *about: asking(*about, channel="phone")):
            with pytest.raises(NotFoundError):
                ask_about(session, twin.id)


def test_a_verdict_is_told_in_both_languages(house: App, zhang: Customer) -> None:
    refuse(house, zhang, channel="phone", at="2025-12-31T10:00", given_by="written")
    wish(house, zhang, disliked_channels="phone")
    verdict = ask(house, zhang)
    with house.session() as session:
        english = verdict_said(session, verdict)

    assert english == (
        "Not by phone for sales: they do not want it (refused 2025-12-31 10:00, in writing); they do not care for phone."
        " Accepted: email."
    )


def test_what_a_message_said_counts_for_whom_its_number_stands_for_later(house: App, zhang: Customer) -> None:
    """A stranger answered STOP; the number is found to be that of somebody who said nothing. What is spoken is one's own."""
    with house.session() as session:
        values = {"name": "李四"}
        other = add_customer(session, AddCustomer(values=values, reaches=(Reach("tel", "13800138000"),))).customer
    refuse(house, zhang, channel="sms", given_by="message")
    refuse(house, zhang, channel="phone", given_by="spoken")

    assert ask(house, other, "sms").answer is Answer.NO
    assert ask(house, other, "phone").answer is Answer.YES


def test_a_refusal_outlives_a_merge_and_goes_back_with_it(house: App, zhang: Customer) -> None:
    """The stricter of two wishes stands for the one that both become."""
    refuse(house, zhang, channel="phone")
    wish(house, zhang, contact_limit="2", disliked_channels="sms")
    with house.session() as session:
        values = {"name": "张三", "contact_limit": "5", "owner_user_id": "wang"}
        other = add_customer(session, AddCustomer(values=values, reaches=(Reach("email", "z3@example.com"),))).customer
        done = merge(session, Merge(noun="customer", keep=other.id, others=(zhang.id,), certain=True))
        kept = show_customer(session, other.id).customer
    together = ask(house, other).answer
    with house.session() as session:
        unmerge(session, Unmerge(noun="customer", batch_id=done.batch_id))

    assert (kept.contact_limit, kept.disliked_channels) == (2, ("sms",))
    assert together is Answer.NO
    assert ask(house, other, "email").answer is Answer.YES
    assert ask(house, zhang).answer is Answer.NO


def test_settings_name_channels_and_purposes_that_there_are(house_with: Callable[..., App], zhang: Customer) -> None:
    with pytest.raises(ConfigurationError, match="'telegram', which is not there"):
        ask(house_with(channels=("telegram",)), zhang)


@pytest.mark.requirement("R277")
def test_who_hands_addresses_on_is_told_what_was_refused(house: App, zhang: Customer) -> None:
    """By every channel that was; who wants no contact at all is told once."""

    def refused() -> list[tuple[int, str]]:
        with house.session() as session, session.read() as reader:
            found = refusals(session, reader, [zhang.id], NOW)
        return [(number, one.ask.channel) for number, some in found.items() for one in some]

    wish(house, zhang, disliked_channels="sms")
    assert refused() == []
    refuse(house, zhang, channel="phone", at="2025-12-01")
    refuse(house, zhang, channel="email", at="2025-12-01")
    assert refused() == [(zhang.id, "phone"), (zhang.id, "email")]
    refuse(house, zhang, at="2025-12-02")
    assert refused() == [(zhang.id, "phone")]


def test_not_yet_is_said_with_from_when_on(house: App, zhang: Customer) -> None:
    """Up to the minute, for a time that is shown rounded down would be too early."""
    wish(house, zhang, contact_limit="1", contact_days="7")
    with house.session("wang") as session:
        at = {"at": "2025-12-31T10:00:01Z"}
        add_interaction(session, AddInteraction(values={"customer_id": f"#{zhang.id}", "channel": "email", **at}))
        said = verdict_said(session, asking(session, zhang.id, channel="email"))

    assert said.startswith("Not before 2026-01-07 18:01 by email for sales:")
