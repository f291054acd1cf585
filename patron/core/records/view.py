"""
What a fact view is: a named, typed, versioned relation over what is stored; the record behind the hook `fact_views`.

Reports count over views and nothing else, so that a report never has to know who keeps what. A view says what one of its rows is
(its grain), which columns there are, and on which records its rows hang. Whose rows an actor sees is no business of its author:
the tables that the relation is made of are handed to it with only the rows that the actor may see, as they were at the time
asked for.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from sqlalchemy import Select

    from patron.core.nouns.criterion import Condition


class ColumnKind(StrEnum):
    """What the values of a column of a view are, and so how they can be cut, added up and shown."""

    TEXT = "text"
    CODE = "code"
    """A code of a list; shown by its label."""
    COUNT = "count"
    """A whole number, which can be added up."""
    QUANTITY = "quantity"
    """Counts of 1/10,000 of a unit, which can be added up."""
    MONEY = "money"
    """Counts of 1/10,000 of the ledger currency, which can be added up."""
    INSTANT = "instant"
    """Microseconds since 1970; cut by calendar periods."""
    DAY = "day"
    """An ISO date; cut by calendar periods."""
    TRUTH = "truth"
    REFERENCE = "reference"
    """The id of a record; shown by its name."""


TIMES = (ColumnKind.INSTANT, ColumnKind.DAY)
"""What can be counted in a period."""

CUTS = (ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.COUNT, ColumnKind.TRUTH, ColumnKind.REFERENCE)
"""What rows can be put into groups by, beside calendar periods."""


class Function(StrEnum):
    """How the rows of a group become one number."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    """How many different values there are."""


@attrs.frozen(kw_only=True)
class ViewTimes:
    """
    At which time facts are looked at.

    Attributes:
        as_of: as the world was then; nothing later counts.
        known_at: as the database knew it then; None for all that it knows.
        past: values that have a history are read from it, since they may be others by now.
        fresh_days: within how many days before `as_of` news counts as fresh.
        zone: whose days count.
        first_response_minutes: within how long leads should be reached whose source has no limit of its own.
        handover_minutes: within how long leads should have a user.
        entry_minutes: within how long forms should be typed in.
    """

    as_of: datetime
    known_at: datetime | None = None
    past: bool = False
    fresh_days: int = 7
    zone: str = "UTC"
    first_response_minutes: int = 1440
    handover_minutes: int = 1440
    entry_minutes: int = 60


@attrs.frozen(kw_only=True)
class ViewColumn:
    """
    A column of a view.

    Attributes:
        name: in snake_case; where views are counted against each other, columns of one name mean the same.
        kind: what its values are.
        codes: the code list of codes.
        noun: the noun of whose field it is: whose label it has. The message `views.NAME` names a column without one.
        field: that field, where it has another name than the column.
        target: the noun whose id a reference is.
    """

    name: str
    kind: ColumnKind
    codes: str | None = None
    noun: str | None = None
    field: str | None = None
    target: str | None = None


@attrs.frozen(kw_only=True)
class FactView:
    """
    A relation that reports count over.

    Attributes:
        name: unique over all plugins, in snake_case. The message `views.NAME` of its plugin says in a few words what one row is.
        version: raised when a column changes its meaning or goes; reports name it in their footer.
        noun: the noun whose records are its rows, or that the rows hang on; rights to it are rights to the view.
        key: the column that identifies a row.
        columns: what there is to ask for.
        relation: returns the SELECT of all columns, in any order. It is given a `ViewSource`, asks it for tables
            (`source("lead")`, `source(MY_TABLE)`), and joins these alone. It may be called often and reads nothing itself.
        records: whether a row is a record of the noun, with the record's id in `key`; then the noun's list can show the rows.
        only: which records are rows, where not all are: a condition on columns of the view that are fields of the noun. The
            rows are restricted to it, and the list that shows them says it, too.
    """

    name: str
    version: int = 1
    noun: str
    key: str = "id"
    columns: tuple[ViewColumn, ...]
    relation: "Callable[[Any], Select[Any]]"
    records: bool = False
    only: "Condition | None" = None

    def column(self, name: str) -> ViewColumn | None:
        """Return the column of a name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)
