"""
The order lines of the database as columns: what scoring reads ten million of.

Lines of cancelled orders are no purchases and are left out.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs
import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, exists, func, not_, select, type_coerce

from patron.core.access import Action
from patron.core.nouns import COUNTED_ORDERS, FieldKind, OrderLine, fields_of
from patron.core.store.criteria import predicate_of
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES

NOUN = "order_line"
PRODUCT = "product"
"""What a line is of: what the file called it, else the number of our product."""

_LINES, _ORDERS = TABLES[NOUN], TABLES["order"]
_TEXTS = (FieldKind.TEXT, FieldKind.NOTE, FieldKind.CODE)
_OTHER_NAMES = {"currency": "original_currency"}
"""The currency of the original says nothing about the amounts, which are in the ledger currency."""

FIELDS: Mapping[str, FieldKind] = MappingProxyType(
    {"id": FieldKind.REFERENCE}
    | {_OTHER_NAMES.get(name, name): field.kind for name, field in fields_of(OrderLine).items()}
    | {PRODUCT: FieldKind.TEXT}
)
"""The columns of order lines by name, and what their values are."""


@attrs.frozen(kw_only=True)
class LinesThere:
    """
    What there is of order lines that the actor may see.

    Attributes:
        most: so many at most.
        cost: some line has a cost, which the actor may read.
        discount: some line has a discount.
        product: some line names a product.
    """

    most: int
    cost: bool
    discount: bool
    product: bool


def lines_there(reader: Reader) -> LinesThere:
    """
    Look at the order lines without reading them all.

    Raises:
        DeniedError: the actor may see none at all.
    """
    counted = _counted(reader)
    some = {
        name: exists(select(_LINES.c.id).where(counted, _expression(name).is_not(None))) for name in ("cost", "discount", PRODUCT)
    }
    # Ids only grow, and the last one is found without a look at the others.
    most = select(_LINES.c.id).where(counted).order_by(_LINES.c.id.desc()).limit(1).scalar_subquery()
    query = select(most.label("most"), *(condition.label(name) for name, condition in some.items()))
    row = reader.connection.execute(query).one()
    sees = "cost" not in reader.concealed.hidden(NOUN)
    return LinesThere(most=row.most or 0, cost=bool(row.cost) and sees, discount=bool(row.discount), product=bool(row.product))


def lines_query(reader: Reader, names: Sequence[str]) -> tuple[Select[Any], pa.Schema]:
    """
    Return the query of some columns of the order lines that count and that the actor may see, and its schema.

    Raises:
        DeniedError: the actor may see none at all.
    """
    reader.concealed.require(NOUN, names)
    columns: list[ColumnElement[Any]] = [
        type_coerce(_expression(name), Text if FIELDS[name] in _TEXTS else BigInteger).label(name) for name in names
    ]
    schema = pa.schema([(name, pa.string() if FIELDS[name] in _TEXTS else pa.int64()) for name in names])
    return select(*columns).where(_counted(reader)), schema


def _counted(reader: Reader) -> ColumnElement[bool]:
    cancelled = select(_ORDERS.c.id).where(not_(predicate_of(COUNTED_ORDERS, "order", reader.vocabulary)))
    return _LINES.c.order_id.not_in(cancelled) & reader.reach(Action.READ, NOUN)


def _expression(name: str) -> ColumnElement[Any]:
    if name == PRODUCT:
        return func.coalesce(_LINES.c.product_code, cast(_LINES.c.product_id, Text))
    back = {other: own for own, other in _OTHER_NAMES.items()}
    return _LINES.c[back.get(name, name)]
