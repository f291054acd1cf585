"""
What is told of a person, by a row or by an envelope.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from patron.core.matching.names import is_han, is_stand_in, parts_of_name
from patron.core.matching.person import TELLING, Outline, Person, outline_known, person_known
from patron.core.nouns import Identity


class Told:
    """
    What is told of a person.

    Args:
        name: the name, where one is given.
        about: field of the customer → value.
        identities: by what the person is known.
    """

    # Millions of these are made.
    __slots__ = ("_outline", "_person", "_ways", "about", "identities", "name")

    def __init__(self, name: str | None, about: Mapping[str, Any], identities: Sequence[Identity]) -> None:
        self.name = name
        self.about = about
        self.identities = identities
        self._ways: tuple[str, ...] | None = None
        self._outline: Outline | None = None
        self._person: Person | None = None

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Scheme and value of the identities."""
        return [(one.scheme, one.value) for one in self.identities]

    def agrees(self, name: str) -> bool:
        """Say whether nothing speaks against a name: it is the same, or one of the two is none."""
        if self.name == name or not self.name or not name or is_stand_in(name) or is_stand_in(self.name):
            return True
        return any(name in {one.written, one.value} for one in self.identities)

    @property
    def ways(self) -> tuple[str, ...]:
        """The usual ways of writing the name, itself first; none for what is no name."""
        if self._ways is None:
            self._ways = _ways_of(self.name)
        return self._ways

    def outline(self) -> Outline:
        """Return what matching sees of the person at once."""
        if self._outline is None:
            self._outline = outline_known(map(self.about.get, TELLING), self.keys)
        return self._outline

    def person(self) -> Person:
        """Return the person as matching sees one."""
        if self._person is None:
            self._person = person_known("", self.name, self.about, self.keys)
        return self._person


def _ways_of(name: str | None) -> tuple[str, ...]:
    if not name or is_stand_in(name):
        return ()
    family, given = parts_of_name(name)
    ways = {name: None, name.strip(): None}
    if family and given:
        others = (family + given,) if is_han(family) else (f"{given} {family}".title(), f"{family}, {given}".title())
        ways |= dict.fromkeys(others)
    return tuple(ways)
