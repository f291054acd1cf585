"""
Criteria as predicates of SQL, over columns and extension fields alike.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, cast, exists, false, func, literal, not_, or_
from sqlalchemy.types import Text

from patron.core.nouns import Field, FieldKind, Vocabulary
from patron.core.nouns.criterion import Condition, Criterion, Having, Joined, Negated, Operator
from patron.core.store.beside import Beside, value_beside
from patron.core.store.fitting import fitting
from patron.core.store.kinds import to_json
from patron.core.store.parts import one_of
from patron.core.store.tables import TABLES


def predicate_of(
    condition: Condition, noun: str, vocabulary: Vocabulary, table: Table | None = None, beside: Sequence[Beside] = ()
) -> ColumnElement[bool]:
    """
    Return the predicate of a condition on the rows of *noun*.

    Args:
        condition: the condition.
        noun: of which records.
        vocabulary: their fields.
        table: an alias of the noun's table.
        beside: values beside the records, which the query joins.

    Raises:
        FieldError: the field is unknown, or the value doesn't fit it.
    """
    rows = TABLES[noun] if table is None else table
    match condition:
        case Negated(inner):
            # A comparison with nothing is neither true nor false in SQL; for people it does not hold.
            return not_(func.coalesce(predicate_of(inner, noun, vocabulary, rows, beside), false()))
        case Joined(every, parts):
            predicates = [predicate_of(part, noun, vocabulary, rows, beside) for part in parts]
            return and_(*predicates) if every else or_(*predicates)
        case Having(other, reference, inner):
            others = TABLES[other]
            return exists().where(others.c[reference] == rows.c.id, predicate_of(inner, other, vocabulary)).correlate(rows)
        case Criterion():
            return _test(condition, noun, vocabulary, rows, beside)


def _test(criterion: Criterion, noun: str, vocabulary: Vocabulary, rows: Table, beside: Sequence[Beside]) -> ColumnElement[bool]:
    if criterion.field == "id":
        return compare(rows.c.id, criterion.operator, criterion.value)
    further = value_beside(criterion.field, beside)
    field, column = further or _own(vocabulary.field(noun, criterion.field), rows)
    extension = further is None and criterion.field not in rows.c
    if criterion.operator is Operator.MISSING:
        return column.is_(None) if criterion.value else column.is_not(None)
    if criterion.operator is Operator.CONTAINS:
        return _contains(column, field, criterion.value, extension=extension)
    return compare(column, criterion.operator, _cleaned(field, criterion, extension=extension))


def _own(field: Field, rows: Table) -> tuple[Field, ColumnElement[Any]]:
    return field, expression_of(field, rows)


def expression_of(field: Field, rows: Table) -> ColumnElement[Any]:
    """Return the expression of a field's value: a column, or what fits of an extension field."""
    if field.name in rows.c:
        return rows.c[field.name]
    return fitting(field, rows)


def _cleaned(field: Field, criterion: Criterion, *, extension: bool) -> object:
    # Several values are each compared by themselves; a list field is compared as a whole by nobody.
    values = (
        criterion.value if criterion.operator is Operator.AMONG and isinstance(criterion.value, tuple) else (criterion.value,)
    )
    cleaned = tuple(field.clean(value) for value in values)
    if extension and field.kind not in (FieldKind.MONEY, FieldKind.QUANTITY):
        cleaned = tuple(to_json(value) for value in cleaned)
    return cleaned if criterion.operator is Operator.AMONG else cleaned[0]


def _contains(column: ColumnElement[Any], field: Field, value: object, *, extension: bool) -> ColumnElement[bool]:
    if field.kind not in (FieldKind.CODES, FieldKind.TEXTS):
        return column.icontains(str(value), autoescape=True)
    listed = cast(column, Text)
    if not extension:
        return has_member(listed, literal(member_text(value), Text))
    # Extension fields are JSON of the database's own, which may have a space behind a comma, and letters as their numbers.
    texts = dict.fromkeys((member_text(value), json.dumps(str(value))))
    return or_(*(has_member(listed, literal(text, Text), ("[", ",", ", ")) for text in texts))


def member_text(value: object) -> str:
    """Return a member of a list as it stands in the JSON text of the list."""
    return json.dumps(str(value), ensure_ascii=False)


def has_member(listed: ColumnElement[str], member: ColumnElement[str], begins: Sequence[str] = ("[", ",")) -> ColumnElement[bool]:
    """
    Return the predicate that a list has a member.

    Args:
        listed: the JSON text of the list.
        member: as `member_text` writes it.
        begins: what may stand before a member; a quote within one has a backslash before it, so this is never inside another.
    """
    # Unlike LIKE, this has no signs of its own, and tells capital letters apart in either database.
    return or_(*(func.replace(listed, literal(begin, Text) + member, "") != listed for begin in begins))


_COMPARISONS: Mapping[Operator, Callable[[Any, Any], ColumnElement[bool]]] = MappingProxyType(
    {
        Operator.EQUAL: lambda column, value: column == value,
        Operator.UNEQUAL: lambda column, value: or_(column.is_(None), column != value),
        Operator.LESS: lambda column, value: column < value,
        Operator.AT_MOST: lambda column, value: column <= value,
        Operator.MORE: lambda column, value: column > value,
        Operator.AT_LEAST: lambda column, value: column >= value,
        Operator.AMONG: one_of,
    }
)


def compare(column: Any, operator: Operator, value: object) -> ColumnElement[bool]:
    """Return the predicate that a column compares with a value in this way."""
    return and_(_COMPARISONS[operator](column, value))
