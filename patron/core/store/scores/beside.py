"""
Scores beside customers: those of the published run, as far as the actor may see them, for conditions, sorting and columns.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlalchemy import and_

from patron.core.access import Action
from patron.core.nouns import Field, FieldKind
from patron.core.store.beside import Beside
from patron.core.store.reader import Reader
from patron.core.store.scope import within
from patron.core.store.scores.reading import RESOURCE, find_run
from patron.core.store.scores.tables import CUSTOMER, score_table
from patron.core.store.tables import TABLES

PREFIX = "score."
"""What stands before the name of a column of scores where fields of customers are named."""

_KINDS: Mapping[str, FieldKind] = MappingProxyType(
    {
        "money": FieldKind.MONEY,
        "points": FieldKind.QUANTITY,
        "count": FieldKind.INTEGER,
        "days": FieldKind.INTEGER,
        "date": FieldKind.DAY,
        "share": FieldKind.QUANTITY,
        "number": FieldKind.QUANTITY,
        "score": FieldKind.INTEGER,
        "label": FieldKind.TEXT,
    }
)


def score_field(name: str, kind: str, words: Mapping[str, str] = MappingProxyType({})) -> Field:
    """Return a column of scores, of a kind of `patron.core.records.Kind`, as a field beside those of customers."""
    return Field(name=f"{PREFIX}{name}", kind=_KINDS[kind], words=words)


def scores_beside(reader: Reader, names: Collection[str]) -> Beside:
    """
    Return columns of the published run beside customers.

    Args:
        reader: the transaction.
        names: which, `score.` before each.

    Raises:
        NotFoundError: no run is published.
        DeniedError: the actor may see no scores.
    """
    scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
    run = find_run(reader)
    table = score_table(run.number, run.columns, reader.connection.dialect)
    chosen = {f"{PREFIX}{column.name}": column for column in run.columns if f"{PREFIX}{column.name}" in names}
    return Beside(
        fields={name: score_field(column.name, column.kind) for name, column in chosen.items()},
        columns={name: table.c[column.name] for name, column in chosen.items()},
        rows=table,
        on=and_(table.c[CUSTOMER] == TABLES["customer"].c.id, within(scope, reader.actor, RESOURCE, table)),
    )
