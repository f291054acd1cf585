"""
Consents from files: what customers who are known said about being contacted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from patron.core.access import Action
from patron.core.crm.records import require_come
from patron.core.errors import PatronError
from patron.core.exchange.applier import Applier, Outcome, Setting, complete, require, take_each
from patron.core.exchange.draft import Draft
from patron.core.exchange.persons import Persons
from patron.core.exchange.writing import add_all
from patron.core.nouns import Consent
from patron.core.resolving import require_known
from patron.core.store import UnitOfWork
from patron.core.store.keys import records_by

_IMPORTED = "imported"
"""How it was said, where the file doesn't say."""

_SAME_TIME = timedelta(seconds=1)
"""Workbooks keep times less exactly than the database."""

_Said = tuple[str, str | None, str | None, datetime]


class ConsentApplier(Applier):
    """
    Brings in consents. They are never changed: a row that says what is known already changes nothing, and one of an export that
    says something else by now is refused.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def prepare(self, draft: Draft) -> None:
        """See that a row says something."""
        require(draft, "consent", ("decision",))

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        persons = Persons(work, drafts, self._setting.zone)
        known: dict[int, set[_Said]] = {}
        new: list[Consent] = []
        own = _own(work, drafts)

        def take(draft: Draft) -> Outcome:
            noted = own.get(draft.patron_id or 0)
            if noted is not None:
                return _compared(noted, draft)
            person = require_known(persons.find(draft), draft.identities)
            values = self._values(work, draft) | {"customer_id": person.id}
            require_come(self._setting.session, values["at"])
            complete(Consent, values)
            consent = Consent(**values)
            if person.id not in known:
                stored = records_by(work.connection, Consent, work.vocabulary, "customer_id", {person.id})
                known[person.id] = {_content(one) for one in stored}
            if _content(consent) in known[person.id]:
                return Outcome.UNCHANGED
            known[person.id].add(_content(consent))
            new.append(consent)
            return Outcome.CREATE

        outcomes = take_each(drafts, take)
        add_all(work, new)
        return outcomes

    def _values(self, work: UnitOfWork, draft: Draft) -> dict[str, Any]:
        defaults: dict[str, Any] = {"at": self._setting.started_at, "given_by": _IMPORTED, "user_id": work.actor.user_id}
        return defaults | {name: value for name, value in draft.of("consent").items() if value is not None}


def _content(consent: Consent) -> _Said:
    return (consent.decision, consent.channel, consent.purpose, consent.at)


def _own(work: UnitOfWork, drafts: Sequence[Draft]) -> dict[int, Consent]:
    """Return number → the consent that rows of an export are, as far as the actor may see it."""
    numbers = {draft.patron_id for draft in drafts if draft.patron_id}
    seen = work.within_reach(Action.READ, "consent", numbers)
    found = records_by(work.connection, Consent, work.vocabulary, "id", numbers & seen)
    return {one.id: one for one in found}


def _compared(noted: Consent, draft: Draft) -> Outcome:
    """Compare what a row says with what was noted; an empty cell says nothing, as everywhere."""
    said = draft.of("consent")
    same = all(said.get(name, getattr(noted, name)) == getattr(noted, name) for name in ("decision", "channel", "purpose"))
    if not same or abs(said.get("at", noted.at) - noted.at) >= _SAME_TIME:
        raise PatronError("exchange.consent_differs", id=noted.id)
    return Outcome.UNCHANGED
