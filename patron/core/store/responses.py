"""
By when a lead should be reached for the first time: when it was filed, and the limit of its source.

It is reckoned from what is stored and never kept, so that another limit in the configuration is one for all leads at once.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal, type_coerce

from patron.core.nouns import Field, FieldKind, Vocabulary
from patron.core.store.beside import Beside
from patron.core.store.kinds import Instant
from patron.core.store.tables import TABLES

RESPOND_BY = "respond_by"
"""What the time is called beside the fields of leads."""

RESPOND_BY_FIELD = Field(name=RESPOND_BY, kind=FieldKind.INSTANT, noun="lead")

LIMIT = "first_response_minutes"
"""The attribute of a source that is its own limit."""

_MINUTE = 60_000_000


def limit_of(source: str, vocabulary: Vocabulary, default: int) -> int:
    """Return within how many minutes leads of a source should be reached."""
    said = vocabulary.attributes("source", source).get(LIMIT)
    return int(str(said)) if _is_limit(said) else default


def respond_minutes(source: ColumnElement[Any], vocabulary: Vocabulary, default: int) -> ColumnElement[int]:
    """Return the expression of the limit for the source in a column."""
    own = {code: about[LIMIT] for code, about in vocabulary.codes["source"].items() if _is_limit(about.get(LIMIT))}
    return case(own, value=source, else_=default) if own else literal(default, BigInteger)


def responses_beside(vocabulary: Vocabulary, default: int) -> Beside:
    """
    Return by when leads should be reached, beside them.

    Args:
        vocabulary: the sources and their limits.
        default: the limit of sources without one, in minutes.
    """
    leads = TABLES["lead"]
    minutes = respond_minutes(leads.c.source, vocabulary, default)
    due = type_coerce(type_coerce(leads.c.filed_at, BigInteger) + minutes * _MINUTE, Instant)
    return Beside(fields={RESPOND_BY: RESPOND_BY_FIELD}, columns={RESPOND_BY: due})


def _is_limit(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and said > 0
