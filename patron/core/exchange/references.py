"""
What files call users, teams, campaigns, products and leads, and which record that is.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from patron.core.crm.values import ValueReader
from patron.core.exchange.draft import Draft
from patron.core.names import shorten
from patron.core.nouns import OWNERS, Field, FieldError
from patron.core.store import UnitOfWork
from patron.core.store.keys import names_of, rows_by

NOBODY: Mapping[str, int | None] = MappingProxyType(dict.fromkeys(OWNERS))
"""The fields of an owner without one: a user who becomes the owner takes the place of a team."""

NAMED = ("owner", "user", "team", "campaign")
"""Columns of a row that name whom or what there are few of."""

_CALLED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"user": ("login", "name"), "team": ("code", "name"), "campaign": ("code", "name")}
)
"""Noun of which there are few → what one of it is called by, the first for certain."""


class References:
    """
    Looks records up by what they are called; asks the database once a noun.

    Args:
        work: the transaction.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection
        self._names: dict[str, dict[str, list[int]]] = {}
        self._products: dict[str, int | None] = {}
        self._customers: dict[str, int | None] = {}
        self._values = ValueReader(work, "UTC")

    def find(self, noun: str, column: str, text: str) -> int:
        """
        Return the id of the record that is called so.

        Raises:
            FieldError: none is, or several are.
        """
        found = self._called(noun).get(_fold(text), [])
        if len(found) != 1:
            key = "exchange.several_called" if found else "exchange.nobody_called"
            raise FieldError(key, field=column, noun=noun, got=shorten(text))
        return found[0]

    def of(self, draft: Draft, *columns: str) -> dict[str, Any]:
        """
        Return field → id of what a row refers to by some of its columns, all of `NAMED`.

        Raises:
            FieldError: something is not there; everything that isn't is charged to the row.
        """
        found: dict[str, Any] = {}
        wrong: FieldError | None = None
        for column in columns:
            if column not in draft.references:
                continue
            try:
                found |= self._fields(column, draft.references[column])
            except FieldError as error:
                draft.refuse(error)
                wrong = error
        if wrong is not None:
            raise wrong
        return found

    def _fields(self, column: str, text: str) -> dict[str, int | None]:
        return {**NOBODY, **self.owner(text)} if column == "owner" else {f"{column}_id": self.find(column, column, text)}

    def owner(self, text: str) -> dict[str, int]:
        """
        Return the field of the owner and its value: a user, else a team.

        Raises:
            FieldError: nobody is called so, or several are.
        """
        try:
            return {"owner_user_id": self.find("user", "owner", text)}
        except FieldError as error:
            if _fold(text) in self._called("team"):
                return {"owner_team_id": self.find("team", "owner", text)}
            raise error from None

    def customer(self, field: Field, text: str) -> int | None:
        """Return the id of the customer who is meant by our number, a phone number, an address or a name; None for nobody."""
        if text not in self._customers:
            try:
                self._customers[text] = self._values.referred(field, text)
            except FieldError:
                self._customers[text] = None
        return self._customers[text]

    def team(self, code: str) -> int | None:
        """Return the id of the team with this code."""
        found = self._called("team").get(_fold(code))
        return found[0] if found else None

    def products(self, codes: set[str]) -> Mapping[str, int | None]:
        """Return code → id of products; None for those that are not known."""
        new = codes - self._products.keys()
        if new:
            self._products |= dict.fromkeys(new)
            self._products |= {row.code: row.id for row in rows_by(self._connection, "product", ("id", "code"), "code", new)}
        return self._products

    def _called(self, noun: str) -> dict[str, list[int]]:
        found = self._names.get(noun)
        if found is None:
            certain, other = _CALLED[noun]
            rows = names_of(self._connection, noun, ("id", certain, other))
            found = {_fold(row[1]): [row.id] for row in rows}
            surely = set(found)
            for row in rows:
                name = _fold(row[2])
                if name not in surely and row.id not in found.get(name, []):
                    found.setdefault(name, []).append(row.id)
            self._names[noun] = found
        return found


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
