"""
Contacts that went out against what customers had said: what calls, imports and other systems tell of has happened already.

Nothing can stop it any more, so it is told: to whoever asks, and every day to who may decide that somebody is contacted all the
same. What was decided so, with a reason, is none; nor is what a customer minds and did not refuse.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import attrs

from patron.core.access import Action
from patron.core.nouns import Interaction
from patron.core.nouns.criterion import Criterion, Operator, equal
from patron.core.outreach.guarding import RIGHT
from patron.core.outreach.people import people
from patron.core.outreach.rules import Rules, rules_of
from patron.core.outreach.verdict import Ask, Verdict, judge
from patron.core.session import Session
from patron.core.store import Reader

_PAGE = 500
_AGAINST = frozenset(("do_not_contact", "refused", "no_consent"))
"""Objections that are the customer's own word, or the lack of it where it takes one."""


@attrs.frozen(kw_only=True)
class Breach:
    """
    A contact against what the customer had said.

    Attributes:
        interaction: the contact.
        verdict: what the customer had said by then.
    """

    interaction: Interaction
    verdict: Verdict


def find_breaches(session: Session, *, until: datetime | None = None, days: int | None = None) -> tuple[Breach, ...]:
    """
    Return the contacts within a window that went out against what the customers had said by then, the latest first.

    Args:
        session: whose actor sees which contacts count.
        until: the end of the window; now by default.
        days: its length; that of the settings by default.
    """
    end, length = until or session.clock.now(), session.settings.outreach.breach_days if days is None else days
    with session.read() as reader:
        found = list(_breaches(rules_of(session), reader, end - timedelta(days=length), end)) if length else []
    return tuple(sorted(found, key=lambda one: (one.interaction.at, one.interaction.id), reverse=True))


def breaches_told(session: Session) -> int:
    """Return how many contacts who may decide so should know of; none for anybody else."""
    with session.read() as reader:
        decides = reader.policy.scope(reader.actor, Action.CREATE, RIGHT)
    return len(find_breaches(session)) if decides else 0


def _breaches(rules: Rules, reader: Reader, begin: datetime, end: datetime) -> Iterator[Breach]:
    window = [
        equal("direction", "out"),
        Criterion("exemption", Operator.MISSING),
        Criterion("at", Operator.MORE, begin),
        Criterion("at", Operator.AT_MOST, end),
    ]
    last = 0
    while page := reader.find(Interaction, [*window, Criterion("id", Operator.MORE, last)], order=["id"], limit=_PAGE):
        yield from _of_page(rules, reader, page, end)
        last = page[-1].id


def _of_page(rules: Rules, reader: Reader, page: Sequence[Interaction], end: datetime) -> Iterator[Breach]:
    persons = people(rules, reader, (one.customer_id for one in page), end)
    for one in page:
        person = persons.get(one.customer_id)
        if person is None or not (person.consents or rules.needs_consent(one.purpose)):
            continue
        verdict = judge(rules, person, Ask(at=one.at, channel=one.channel, purpose=one.purpose, told=True))
        against = tuple(objection for objection in verdict.objections if objection.code in _AGAINST)
        if against:
            yield Breach(interaction=one, verdict=attrs.evolve(verdict, objections=against))
