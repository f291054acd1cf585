"""
What a record refers to must be in the actor's reach: who could hang a lead on anybody's customer could read the customer.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from patron.core.access import Action
from patron.core.nouns import OWNERS, fields_of
from patron.core.store.failures import NotFoundError
from patron.core.store.reader import Reader


def references_of(record: Any, names: Iterable[str] | None = None) -> Iterator[tuple[str, int]]:
    """Yield (noun, id) of what a record refers to by fields that people set, owners excepted; by *names* alone, where given."""
    for name, field in fields_of(type(record)).items():
        if field.target is None or field.system or name in OWNERS or (names is not None and name not in names):
            continue
        if (target := getattr(record, name)) is not None:
            yield field.target, target


def require_in_reach(reader: Reader, references: Iterable[tuple[str, int]], known: Mapping[str, set[int]]) -> None:
    """
    See that the actor may read everything that is referred to.

    Args:
        reader: whose actor it is about.
        references: (noun, id) of what is referred to.
        known: noun → ids that the actor named by themselves, such as a phone number, whoever it stands for.

    Raises:
        NotFoundError: one is not there, or the actor may not see it.
    """
    wanted: dict[str, set[int]] = {}
    for noun, identifier in references:
        wanted.setdefault(noun, set()).add(identifier)
    for noun, ids in wanted.items():
        asked = ids - known.get(noun, set())
        for lost in sorted(asked - reader.within_reach(Action.READ, noun, asked)):
            raise NotFoundError("store.not_found", noun=noun, id=lost)
