"""
The verdict: whether a customer may be contacted by some means, for some purpose, at some time, with everything that speaks
against it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import attrs

from patron.core.nouns import Consent
from patron.core.outreach.people import Person
from patron.core.outreach.rules import SALES, Rules
from patron.core.outreach.standing import GRANTED, Stand, standing

_MASKED = "tel_masked"
"""The scheme of numbers that a platform forwards for a while, and that nobody else should call."""


class Answer(StrEnum):
    """Whether somebody may be contacted."""

    YES = "yes"
    LATER = "later"
    """Not at this time; `not_before` says when."""
    NO = "no"


@attrs.frozen(kw_only=True)
class Ask:
    """
    What is asked.

    Attributes:
        at: when the customer would be contacted.
        channel: by what means.
        purpose: for what.
        told: it has happened already and is only told: whether we know an address, and what hour it is, is no matter.
        but_by: the user whose word alone makes no yes: who may take out only customers who agreed opens no door to themselves.
    """

    at: datetime
    channel: str
    purpose: str = SALES
    told: bool = False
    but_by: int | None = None


@attrs.frozen(kw_only=True)
class Objection:
    """
    One thing that speaks against it.

    Attributes:
        code: `do_not_contact`, `refused`, `no_consent`, `own_word`, `disliked`, `no_address`, `masked`, `too_often`, `quiet`,
            or `bad_time`, which alone is no reason.
        answer: what it comes to; `YES` where it is only a hint.
        not_before: when it will have passed.
        consent: what the customer said.
        limit: how often they may be contacted.
        days: in how many days.
    """

    code: str
    answer: Answer = Answer.NO
    not_before: datetime | None = None
    consent: Consent | None = None
    limit: int | None = None
    days: int | None = None


@attrs.frozen(kw_only=True)
class Verdict:
    """
    The verdict.

    Attributes:
        customer_id: on whom.
        ask: what was asked.
        objections: everything that speaks against it.
        instead: the channel by which they may be contacted; that which was asked for where it may be, None where none may be.
    """

    customer_id: int
    ask: Ask
    objections: tuple[Objection, ...] = ()
    instead: str | None = None

    @property
    def answer(self) -> Answer:
        """What all objections come to."""
        answers = {one.answer for one in self.objections}
        return next((one for one in (Answer.NO, Answer.LATER) if one in answers), Answer.YES)

    @property
    def not_before(self) -> datetime | None:
        """When the customer may be contacted; None where that is now, or never."""
        if self.answer is not Answer.LATER:
            return None
        return max((one.not_before for one in self.objections if one.not_before is not None), default=None)


def judge(rules: Rules, person: Person, ask: Ask) -> Verdict:
    """Return the verdict on a customer, with the channel that they accept."""
    verdict = Verdict(customer_id=person.customer.id, ask=ask, objections=tuple(_objections(rules, person, ask)))
    if verdict.answer is not Answer.NO:
        return attrs.evolve(verdict, instead=ask.channel)
    others = dict.fromkeys((*person.customer.preferred_channels, *rules.settings.channels))
    # What is proposed is still to come, so that it needs an address, whatever was asked.
    asks = (attrs.evolve(ask, channel=channel, told=False) for channel in others if channel != ask.channel)
    accepted = (one.channel for one in asks if all(it.answer is not Answer.NO for it in _objections(rules, person, one)))
    return attrs.evolve(verdict, instead=next(accepted, None))


def _objections(rules: Rules, person: Person, ask: Ask) -> Iterator[Objection]:
    yield from _said(rules, person, ask)
    if not ask.told:
        yield from _addresses(rules, person, ask)
    owed = rules.is_owed(ask.purpose)
    if not owed and ask.channel in person.customer.disliked_channels:
        yield Objection(code="disliked")
    if not owed:
        yield from _too_often(rules, person, ask)
    if not ask.told and rules.disturbs(ask.channel):
        yield from _hours(rules, person, ask)


def _said(rules: Rules, person: Person, ask: Ask) -> Iterator[Objection]:
    counted = [one for one in person.consents if not _is_own_word(one, ask)]
    found = standing(counted, ask.channel, ask.purpose, ask.at)
    if found.stand is Stand.REFUSED and found.consent is not None:
        whole = found.consent.channel is None and found.consent.purpose is None
        yield Objection(code="do_not_contact" if whole else "refused", consent=found.consent)
    elif found.stand is Stand.UNKNOWN and rules.needs_consent(ask.purpose):
        yield Objection(code="no_consent" if len(counted) == len(person.consents) else "own_word")


def _is_own_word(consent: Consent, ask: Ask) -> bool:
    return ask.but_by is not None and consent.user_id == ask.but_by and consent.decision == GRANTED


def _addresses(rules: Rules, person: Person, ask: Ask) -> Iterator[Objection]:
    schemes, field = rules.schemes(ask.channel), rules.field(ask.channel)
    lacking = schemes and person.schemes.isdisjoint(schemes)
    if lacking and "tel" in schemes and _MASKED in person.schemes:
        yield Objection(code="masked")
    elif lacking or (field is not None and not getattr(person.customer, field, None)):
        yield Objection(code="no_address")


def _too_often(rules: Rules, person: Person, ask: Ask) -> Iterator[Objection]:
    found = person.limit(rules)
    if found is None:
        return
    limit, days = found
    window = timedelta(days=days)
    recent = [at for at in person.touches if ask.at - window < at <= ask.at]
    if len(recent) < limit:
        return
    if limit:
        yield Objection(code="too_often", answer=Answer.LATER, not_before=recent[limit - 1] + window, limit=limit, days=days)
    else:
        yield Objection(code="too_often", limit=limit, days=days)


def _hours(rules: Rules, person: Person, ask: Ask) -> Iterator[Objection]:
    again = rules.loud_again(ask.at)
    if again is not None:
        yield Objection(code="quiet", answer=Answer.LATER, not_before=again)
    elif not rules.suits(person.customer.best_times, ask.at):
        yield Objection(code="bad_time", answer=Answer.YES)
