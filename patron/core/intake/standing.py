"""
Which of several words stands in a field: the first by the time at which it was said, in whatever order they reach us.

Whoever said it may correct it where the field says what the customer wants: the last word of the same voice counts then. So it
does in every field of a customer where the voice tells when it revised what it keeps of them, as a business card does. Lists of
texts of a customer grow in order of time. Of what is said at one time the order of connections, numbers and texts decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from patron.core.intake.words import Voice, Words
from patron.core.nouns import Field, FieldKind

WISHES = frozenset({"subject", "focus_point", "level", "likelihood", "quoted_price", "offered_price", "expected_on"})
"""Fields of a lead that say what the customer wants, as extension fields do; the others say where it is from."""


class Word(NamedTuple):
    """
    What is said of a field.

    Attributes:
        at: when.
        voice: by whom.
        value: what.
        revised: whether *at* is the time of a revision, behind which the next one of the same voice counts.
    """

    at: datetime
    voice: Voice
    value: Any
    revised: bool = False


class Standing(NamedTuple):
    """
    What stands in a field by all that was said of it.

    Attributes:
        since: since when which value stands, in order of time.
        voice: whose word it is, who may correct it; None where that is nobody's right.
    """

    since: Mapping[datetime, Any]
    voice: Voice | None = None

    @property
    def value(self) -> Any:
        """The value that stands by now; None where nothing was said."""
        return next(reversed(list(self.since.values())), None)

    def at(self, at: datetime) -> Any:
        """Return the value that stood at a time; None before the first word."""
        return next((value for since, value in reversed(list(self.since.items())) if since <= at), None)


def words_of(field: Field, heard: Iterable[Words]) -> Iterator[Word]:
    """Yield what is said of a field of customers or leads, of all that was heard."""
    for words in heard:
        if field.name in (said := words.of(field.noun)):
            revised_at = words.revised_at if field.noun == "customer" else None
            yield Word(revised_at or words.at, words.voice, said[field.name], revised_at is not None)


def standing(field: Field, words: Iterable[Word]) -> Standing:
    """Return what stands in a field by what is said of it."""
    in_time = sorted(words, key=lambda word: (word.at, word.voice, repr(word.value), word.revised))
    if not in_time:
        return Standing({})
    if grows(field):
        value: tuple[str, ...] = ()
        since = {}
        for word in in_time:
            since[word.at] = value = tuple(dict.fromkeys((*value, *word.value)))
        return Standing(since)
    first = in_time[0]
    if first.revised and first.voice[1]:
        return Standing({word.at: word.value for word in in_time if word.voice == first.voice and word.revised}, first.voice)
    if not first.voice[1] or not _corrected(field):
        return Standing({first.at: first.value})
    return Standing({word.at: word.value for word in in_time if word.voice == first.voice}, first.voice)


def grows(field: Field) -> bool:
    """Return whether a field is a list to which every word adds; one of codes ranks, and is the customer's own as it stands."""
    return field.noun == "customer" and field.kind is FieldKind.TEXTS


def _corrected(field: Field) -> bool:
    return field.noun == "lead" and (field.name in WISHES or "." in field.name)
