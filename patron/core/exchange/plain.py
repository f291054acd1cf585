"""
Campaigns, products, users, teams and spends from files: nouns that hang on no customer.
"""

from collections.abc import Sequence
from typing import Any

from patron.core.exchange.applier import Applier, Outcome, Setting, complete, require, take_each, verdict
from patron.core.exchange.draft import Draft
from patron.core.exchange.noting import Noted
from patron.core.exchange.references import References
from patron.core.exchange.writing import add_all, change_all
from patron.core.nouns import Campaign, Product, Spend, Team, User
from patron.core.nouns.contents import Occurrences
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import records_by

_KEYS: dict[type[Any], str] = {Campaign: "code", Product: "code", User: "login", Team: "code"}


class KeyedApplier(Applier):
    """
    Brings in records that have a key of their own.

    Args:
        setting: what the import goes by.
        noun: their class.
    """

    def __init__(self, setting: Setting, noun: type[Any]) -> None:
        self._noun = noun
        self._name = noun.__name__.lower()
        self._key = _KEYS[noun]

    def prepare(self, draft: Draft) -> None:
        """Take the row's key; logins are in lower case."""
        require(draft, self._name, (self._key,))
        if draft.problems:
            return
        values = draft.values[self._name]
        if self._noun is User:
            values[self._key] = values[self._key].lower()
        draft.key = values[self._key]

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        references = References(work)
        keys = {draft.key for draft in drafts}
        noted: dict[str, Noted] = {
            getattr(record, self._key): Noted(record=record)
            for record in records_by(work.connection, self._noun, work.vocabulary, self._key, keys)
        }
        outcomes = take_each(drafts, lambda draft: self._take(references, noted, draft))
        add_all(work, [self._noun(**one.values) for one in noted.values() if one.record is None])
        change_all(work, [Edit(one.record, one.values) for one in noted.values() if one.record is not None and one.values])
        return outcomes

    def _take(self, references: References, noted: dict[str, Noted], draft: Draft) -> Outcome:
        values = draft.values[self._name] | references.of(draft, "team")
        if "parent" in draft.references:
            values |= {"parent_id": references.find("team", "parent", draft.references["parent"])}
        if "owner" in draft.references:
            values |= {"owner_user_id": references.find("user", "owner", draft.references["owner"])}
        known = noted.get(draft.key)
        if known is None:
            complete(self._noun, values)
            noted[draft.key] = Noted(values=values)
            return Outcome.CREATE
        return verdict(created=False, changed=known.take(values))


class TeamApplier(KeyedApplier):
    """
    Brings in teams, each before the next: a row may name the one above it as what it belongs to.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, Team)

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        return [outcome for draft in drafts for outcome in super(TeamApplier, self).apply(work, [draft])]


class SpendApplier(Applier):
    """
    Brings in spends, which have no key: what is equal to the last digit is the same, as often as it comes up in the file.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._occurrences = Occurrences()

    def prepare(self, draft: Draft) -> None:
        """Count how often the row's content comes up."""
        require(draft, "spend", ("on", "amount"))
        if not draft.problems:
            draft.key = str(self._occurrences.count(draft.digest().encode()))

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        references = References(work)
        days = {draft.of("spend").get("on") for draft in drafts} - {None}
        stored = records_by(work.connection, Spend, work.vocabulary, "on", days)
        new: list[Spend] = []

        def take(draft: Draft) -> Outcome:
            values = draft.of("spend") | references.of(draft, "campaign")
            complete(Spend, values)
            spend = Spend(**values)
            equal = sum(1 for one in stored if _content(one) == _content(spend))
            if equal < int(draft.key):
                new.append(spend)
            return verdict(created=equal < int(draft.key), changed=False)

        outcomes = take_each(drafts, take)
        add_all(work, new)
        return outcomes


def _content(spend: Spend) -> tuple[object, ...]:
    return (spend.on, spend.amount, spend.kind, spend.source, spend.campaign_id, spend.note, tuple(sorted(spend.ext.items())))
