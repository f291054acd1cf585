"""
What every kind of import does with the rows of a chunk.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import DeniedError
from patron.core.errors import PatronError
from patron.core.exchange.draft import Draft
from patron.core.exchange.references import NAMED, References
from patron.core.matching.model import Model
from patron.core.nouns import NOUNS, FieldError, fields_of
from patron.core.resolving import UndecidedError
from patron.core.session import Session
from patron.core.store import ConflictError, ContradictionError, NotFoundError, UnitOfWork

TOLD = 20
"""So many reasons of refused rows, and names of what nobody knows, are told; the most frequent."""


class Outcome(StrEnum):
    """What became of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REJECT = "reject"
    ASK = "ask"
    LEAVE = "leave"


@attrs.frozen(kw_only=True)
class Setting:
    """
    What an import goes by.

    Attributes:
        session: what the import is given.
        zone: of calendar days.
        currency: the ledger currency.
        system: whose numbers the file has; None where nobody said.
        started_at: when the import began; the time of rows that bring none.
        since: since when what is said of leads that are there is true; None for the time of the import.
        model: who is who; None to let identities decide alone whom a row means.
    """

    session: Session
    zone: ZoneInfo
    currency: str
    system: str | None
    started_at: datetime
    since: datetime | None = None
    model: Model | None = None

    def day(self, at: datetime) -> date:
        """Return the calendar day of a time."""
        return at.astimezone(self.zone).date()


@attrs.frozen(kw_only=True)
class Noticed:
    """
    What is worth telling of the rows of an import beside what became of each.

    Attributes:
        rounded: amounts that had more places than money keeps.
        likened: rows of leads that were taken to be of somebody by what else agrees than an identity.
        likened_row: the first of them.
        unjoined: rows of market research that are about no customer of ours, nor about a region or an industry of any.
        unjoined_names: what these are about, the most frequent first; some of many.
    """

    rounded: int = 0
    likened: int = 0
    likened_row: int = 0
    unjoined: int = 0
    unjoined_names: tuple[str, ...] = ()


class Applier(ABC):
    """Brings the rows of one kind of file into the database."""

    @abstractmethod
    def prepare(self, draft: Draft) -> None:
        """Look at a row in the order of the file, those that are settled already included; no database is at hand."""

    @abstractmethod
    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """
        Bring in rows that have no problem so far, and say what became of each.

        A row that can't be imported gets its problem; whatever is raised concerns all rows, of which then fewer are tried.
        """

    def noticed(self) -> Noticed:
        """Return what was noticed of all rows so far; asked when the last is settled."""
        return Noticed()


ROW_FAULTS = (FieldError, DeniedError, ConflictError, NotFoundError, ContradictionError)
"""What the rows are at fault for; anything else ends the import."""


def take_each(drafts: Iterable[Draft], take: Callable[[Draft], Outcome], *, asks: bool = False) -> list[Outcome]:
    """
    Take rows one by one and say what became of each; one that can't be taken is charged with what speaks against it.

    Args:
        drafts: the rows.
        take: takes one.
        asks: a person can be asked whom a row means.
    """
    outcomes = []
    for draft in drafts:
        try:
            outcomes.append(take(draft))
        except PatronError as error:
            draft.refuse(error)
            outcomes.append(Outcome.ASK if asks and isinstance(error, UndecidedError) else Outcome.REJECT)
    return outcomes


def settled(outcomes: Sequence[Outcome], drafts: Iterable[Draft], news: Callable[[Draft], bool]) -> list[Outcome]:
    """
    Return the outcomes of rows where some set back what others change: nothing changed by that.

    Args:
        outcomes: what became of the rows, each by itself.
        drafts: the rows.
        news: says whether what a row is about will differ from what is stored.
    """
    return [
        Outcome.UNCHANGED if outcome is Outcome.UPDATE and not news(draft) else outcome
        for outcome, draft in zip(outcomes, drafts, strict=True)
    ]


def apply_each(applier: Applier, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
    """Bring in rows; where one is at fault for all, try the halves, until it stands alone and is refused."""
    sound = [draft for draft in drafts if not draft.problems]
    # Before anybody is looked up, and all at once: whom another file brings at the same time is then seen.
    work.hold_identities(one for draft in sound for one in draft.identities)
    outcomes = dict(zip(map(id, sound), _apply(applier, work, sound), strict=True))
    _charge_references(work, [draft for draft in drafts if id(draft) not in outcomes and draft.references])
    return [outcomes.get(id(draft), Outcome.REJECT) for draft in drafts]


def _charge_references(work: UnitOfWork, drafts: Sequence[Draft]) -> None:
    """Charge rows that are refused anyway with whom they name and nobody knows: all is mended at once."""
    references = References(work)

    def check(draft: Draft) -> Outcome:
        references.of(draft, *NAMED)
        return Outcome.REJECT

    take_each(drafts, check)


def _apply(applier: Applier, work: UnitOfWork, drafts: Sequence[Draft], *, again: bool = True) -> list[Outcome]:
    if not drafts:
        return []
    try:
        with work.attempt():
            outcomes = applier.apply(work, drafts)
            return [
                Outcome.REJECT if draft.problems and outcome is not Outcome.ASK else outcome
                for draft, outcome in zip(drafts, outcomes, strict=True)
            ]
    except ROW_FAULTS as error:
        for draft in drafts:
            draft.problems.clear()
        if again and isinstance(error, ConflictError):
            # Somebody else was in the same place; what they did can be seen by now.
            return _apply(applier, work, drafts, again=False)
        if len(drafts) == 1:
            drafts[0].refuse(error)
            return [Outcome.REJECT]
    half = len(drafts) // 2
    return _apply(applier, work, drafts[:half]) + _apply(applier, work, drafts[half:])


def require(draft: Draft, noun: str, names: Iterable[str]) -> None:
    """Charge a row with the values that it must have and lacks, beside whatever else is wrong with it."""
    told = {problem.details.get("field") for problem in draft.problems}
    if None in told:  # it couldn't be read at all
        return
    for name in names:
        if name not in draft.of(noun) and name not in told:
            draft.refuse(FieldError("exchange.required", field=fields_of(NOUNS[noun])[name].called, column=name))


def complete(noun: type[Any], values: Mapping[str, Any]) -> None:
    """
    Refuse the values of a new record that lack one.

    Raises:
        FieldError: a field has no value that must have one.
    """
    for name, field in fields_of(noun).items():
        if field.required and values.get(name) is None:
            raise FieldError("exchange.required", field=field.called, column=name.removesuffix("_id"))


def verdict(*, created: bool, changed: bool) -> Outcome:
    """Return the outcome of a row."""
    return Outcome.CREATE if created else Outcome.UPDATE if changed else Outcome.UNCHANGED
