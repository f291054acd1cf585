"""
Records of the database as rows to be scored: the fields of their noun, within the actor's rights.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from patron.core.crm.filters import parse_where
from patron.core.crm.further import besides, further_fields, named_further
from patron.core.crm.records import values_of
from patron.core.errors import ConfigurationError, UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.nouns import NOUNS, Field, FieldKind, Vocabulary, value_of
from patron.core.nouns.criterion import Condition, Criterion, Operator
from patron.core.scoring.composites.batch import Records
from patron.core.scoring.composites.definition import CODES, ROWS, SCORES, Composite, Factor
from patron.core.scoring.composites.reading import folded
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.scores import PREFIX

PAGE = 5000
"""Records of a batch."""

CUSTOMER = "customer"
"""The noun beside whose records scores stand."""

_TYPES: Mapping[FieldKind, pa.DataType] = {
    FieldKind.INTEGER: pa.int64(),
    FieldKind.REFERENCE: pa.int64(),
    FieldKind.MONEY: pa.decimal128(19, 4),
    FieldKind.QUANTITY: pa.decimal128(19, 4),
    FieldKind.DAY: pa.date32(),
    FieldKind.INSTANT: pa.timestamp("us", "UTC"),
    FieldKind.TRUTH: pa.bool_(),
    FieldKind.CODES: pa.list_(pa.string()),
    FieldKind.TEXTS: pa.list_(pa.string()),
}


def check_fields(composite: Composite, vocabulary: Vocabulary) -> None:
    """
    Refuse a composite score of a noun whose factors read fields or codes that the noun does not have.

    Raises:
        ConfigurationError: there is such a factor; the nearest field or code is named.
    """
    if composite.of in (SCORES, ROWS):
        return
    fields = vocabulary.fields(composite.of)
    for factor in composite.factors:
        field = fields.get(factor.column)
        if field is None and composite.of == CUSTOMER and factor.column.startswith(PREFIX):
            continue  # a column of the published scores, which are looked at when they are read
        if field is None:
            raise _unknown(composite, factor, factor.column, fields, "field")
        if factor.transform == CODES and field.codes is not None:
            known = {folded(code): code for code in vocabulary.codes.get(field.codes, {})}
            for code in factor.codes:
                if code not in known:
                    raise _unknown(composite, factor, code, known.values(), "code")


def stored_records(session: Session, reader: Reader, composite: Composite, where: str | None) -> Iterator[Records]:
    """
    Yield the records that a composite score is of.

    Args:
        session: as of `stored_rows`.
        reader: as of `stored_rows`.
        composite: the score.
        where: as of `stored_rows`.

    Raises:
        ConfigurationError: as `check_fields`.
        PatronError: as `stored_rows`.
    """
    check_fields(composite, session.records.vocabulary)
    return stored_rows(session, reader, composite.of, [factor.column for factor in composite.factors], where)


def stored_rows(
    session: Session, reader: Reader, noun: str, names: Sequence[str], where: str | Condition | None = None
) -> Iterator[Records]:
    """
    Yield the records of a noun that the actor may see, by id, as columns.

    Args:
        session: what shows the progress, and knows the words.
        reader: the transaction; whoever reads twice hands in the same, so that both readings see one state.
        noun: the kind of the records.
        names: fields, and of customers columns of the published scores, `score.` before each.
        where: which of them, as lists take it or as a condition; None for all.

    Raises:
        UsageError: there is no such field.
        ExpressionError, FieldError: the condition is wrong.
        NotFoundError: scores are named, and none are published.
        DeniedError: the actor may see none.
    """
    further = further_fields(session, reader, noun)
    fields = {name: _field(noun, name, reader.vocabulary, further) for name in dict.fromkeys(names)}
    said = parse_where(where, noun, values_of(session, reader), further) if isinstance(where, str) else where
    conditions = [] if said is None else [said]
    named = (*named_further(noun, conditions, (), further), *fields.values())
    beside = besides(session, reader, [field.name for field in named], noun)
    kind: type[Any] = NOUNS[noun]
    with session.reporter.progress(session.t("composite.reading"), reader.count(kind, conditions, beside)) as progress:
        last = 0
        while found := reader.find_beside(kind, beside, [*conditions, Criterion("id", Operator.MORE, last)], limit=PAGE):
            yield _batch(found, fields)
            last = found[-1][0].id
            progress.advance(len(found))


def _field(noun: str, name: str, vocabulary: Vocabulary, further: Mapping[str, Field]) -> Field:
    known = {**vocabulary.fields(noun), **further}
    if name not in known:
        near = nearest(name, known, cutoff=ALIKE)
        key = "composite.unknown_field_near" if near else "composite.unknown_field"
        raise UsageError(key, noun=noun, field=shorten(name), nearest=near, known=listed(sorted(known), 60))
    return known[name]


def _batch(found: Sequence[tuple[Any, Mapping[str, object]]], fields: Mapping[str, Field]) -> Records:
    columns = {name: _column(found, field) for name, field in fields.items()}
    return Records(len(found), {**columns, "id": pa.array([record.id for record, _ in found], pa.int64())})


def _column(found: Sequence[tuple[Any, Mapping[str, object]]], field: Field) -> pa.Array:
    name = field.name
    if name.startswith(PREFIX):
        values = [beside.get(name) for _, beside in found]
    else:
        values = [value_of(record, name) for record, _ in found]
    if field.kind is FieldKind.QUANTITY and any(isinstance(value, float) for value in values):
        return pa.array(values, pa.float64())
    return pa.array(values, _TYPES.get(field.kind, pa.string()))


def _unknown(composite: Composite, factor: Factor, name: str, known: Any, what: str) -> ConfigurationError:
    near = nearest(name, known, cutoff=ALIKE)
    return ConfigurationError(
        f"composite.no_{what}_near" if near else f"composite.no_{what}",
        where=composite.where("factors", factor.name),
        name=composite.name,
        noun=composite.of,
        factor=factor.name,
        got=shorten(name),
        nearest=near,
        known=listed(sorted(known), 40),
    )
