"""
Bringing what an envelope says into a customer and a lead that are there.

What fields hold is what all words come to that were said of them; see `standing.py`. Where a field holds anything else, somebody
of us entered or changed it, and it stays. Whatever word lost, it is told in its entry, whichever reached us first.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import attrs

from patron.core.access import Action, ActorKind
from patron.core.intake.differing import Place, is_told, is_within, lines_of, retell
from patron.core.intake.keeping import REPLAY
from patron.core.intake.sitting import Sitting
from patron.core.intake.standing import Standing, grows, standing, words_of
from patron.core.intake.words import Words, heard
from patron.core.nouns import LIVE, Customer, Field, Lead, noun_of
from patron.core.store import UnitOfWork
from patron.core.store.history import value_at


@attrs.frozen(kw_only=True)
class Weighed:
    """
    What came of an envelope's words.

    Attributes:
        customer: the customer.
        lead: the lead; None where it begins one.
        remarks: what its entry tells, for something else stands.
    """

    customer: Customer
    lead: Lead | None
    remarks: list[str]


def weigh(sitting: Sitting, words: Words, customer: Customer, lead: Lead | None, *, nameless: bool) -> Weighed:
    """
    Bring what an envelope says into a customer and a lead that were there before it.

    Args:
        sitting: the work.
        words: what it says.
        customer: the customer.
        lead: the lead; None where it begins one.
        nameless: whether the customer's name is one of ours for somebody whose name we don't know.
    """
    work = sitting.work
    if not words.customer and (lead is None or not words.lead):
        return Weighed(customer=customer, lead=lead, remarks=[])
    before = heard(work, customer)
    of_customer = _Weighing(work, customer, words, before, nameless=nameless)
    of_lead = None if lead is None else _Weighing(work, lead, words, [one for one in before if one.lead_id == lead.id])
    customer, lead = of_customer.bring(), None if of_lead is None else of_lead.bring()
    weighings = [of_customer, *filter(None, [of_lead])]
    remarks = lines_of(sitting, words, [place for one in weighings for place in one.lost()])
    changes: dict[int, tuple[Words, dict[Place, bool]]] = {}
    for earlier, place, is_lost in chain.from_iterable(one.changed() for one in weighings):
        changes.setdefault(id(earlier), (earlier, {}))[1][place] = is_lost
    for earlier, lost in changes.values():
        retell(sitting, earlier, lost)
    return Weighed(customer=customer, lead=lead, remarks=remarks)


class _Weighing:
    """
    What an envelope says of one record.

    Args:
        work: the unit of work.
        record: a customer or a lead.
        words: what the envelope says.
        before: what was said of the record until then.
        nameless: as `weigh()`.
    """

    def __init__(self, work: UnitOfWork, record: Any, words: Words, before: Sequence[Words], *, nameless: bool = False) -> None:
        self._work = work
        self._record = record
        self._noun = noun_of(record)
        self._words = words
        self._before = before
        self._nameless = nameless
        self._may = work.may(Action.UPDATE, record)
        self._is_live = self._noun == "customer" or record.status in LIVE
        self._fields: Mapping[str, Field] = work.vocabulary.fields(self._noun)
        self._stood: dict[str, Standing] = {}
        self._stands: dict[str, Standing] = {}
        for name in words.of(self._noun):
            earlier = list(words_of(self._fields[name], before))
            self._stood[name] = standing(self._fields[name], earlier)
            self._stands[name] = standing(self._fields[name], [*earlier, *words_of(self._fields[name], [words])])
        self._ours = {name for name, stood in self._stood.items() if not self._holds(name, stood.value) or self._is_ours(name)}

    def bring(self) -> Any:
        """Return the record with what the words come to."""
        edits: dict[datetime, dict[str, Any]] = {}
        for name in self._stands if self._may else ():
            for at, value in self._steps(name):
                edits.setdefault(at, {})[name] = value
        for at, values in sorted(edits.items()):
            extensions = {name: values.pop(name) for name in tuple(values) if "." in name}
            given = values | ({"ext": extensions} if extensions else {})
            self._record = self._work.update(self._record, effective_at=at, **given)
        return self._record

    def lost(self) -> Iterator[Place]:
        """Yield the fields in which the record holds something else than the envelope says."""
        for name, value in self._words.of(self._noun).items():
            stands, held = self._stands[name], _held(self._record, name)
            corrected = stands.voice == self._words.voice and held == stands.value
            if is_told(self._words, (self._noun, name)) and not corrected and not is_within(value, held):
                yield self._noun, name

    def changed(self) -> Iterator[tuple[Words, Place, bool]]:
        """Yield what was said before, a field, and whether it lost there or stands from now on, where that was otherwise."""
        if not self._may or not self._is_live:
            return
        for name in self._stands.keys() - self._ours:
            for words in self._before:
                if name in words.of(self._noun) and is_told(words, (self._noun, name)):
                    lost = _has_lost(words, self._noun, name, self._stands[name])
                    if lost != _has_lost(words, self._noun, name, self._stood[name]):
                        yield words, (self._noun, name), lost

    def _steps(self, name: str) -> Iterator[tuple[datetime, Any]]:
        """Yield since when a field has which other value."""
        field, stood, stands = self._fields[name], self._stood[name], self._stands[name]
        held = _held(self._record, name)
        if name in self._ours:
            new = [one for one in stands.value if one not in (stood.value or ()) and one not in held] if grows(field) else []
            if new:
                yield self._work.now, (*held, *new)
        elif not self._is_live and held not in _EMPTY:
            return
        elif self._noun == "lead" and field.tracked:
            changes = self._work.history(self._record, name)
            for at in sorted({*stands.since, *(change.effective_at for change in changes)}):
                if stands.at(at) != value_at(changes, at):
                    yield at, stands.at(at)
        elif stands.value != stood.value:
            yield self._work.now, stands.value

    def _holds(self, name: str, value: Any) -> bool:
        """Return whether the record holds what the words come to that were said of a field; what nobody said is nothing."""
        held = _held(self._record, name)
        if value is None:
            return held in _EMPTY or (name == "name" and self._nameless) or (held == self._fields[name].default and self._is_born)
        return bool(held == value)

    def _is_ours(self, name: str) -> bool:
        """Return whether the history knows that somebody of us changed a field, though it holds what the words come to again."""
        if not self._fields[name].tracked or self._stands[name] == self._stood[name]:
            return False
        changes = self._work.history(self._record, name)
        return any(one.actor_kind != ActorKind.CHANNEL.value and one.cause != REPLAY for one in changes)

    @property
    def _is_born(self) -> bool:
        """Whether the record came of an envelope, so that what it holds by default nobody entered."""
        return any(one.receipt is not None and one.receipt.created_at == self._record.created_at for one in self._before)


_EMPTY: tuple[object, ...] = (None, ())


def _held(record: Any, name: str) -> Any:
    return record.ext.get(name) if "." in name else getattr(record, name)


def _has_lost(words: Words, noun: str, name: str, stands: Standing) -> bool:
    return stands.voice != words.voice and not is_within(words.of(noun)[name], stands.value)
