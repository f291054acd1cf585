"""
Records of the database as rows to be scored: the fields of their noun, within the actor's rights.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from patron.core.crm.filters import parse_where
from patron.core.crm.records import values_of
from patron.core.errors import ConfigurationError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.nouns import NOUNS, Field, FieldKind, Vocabulary
from patron.core.nouns.criterion import Condition, Criterion, Operator
from patron.core.scoring.composites.batch import Records
from patron.core.scoring.composites.definition import CODES, ROWS, SCORES, Composite, Factor
from patron.core.scoring.composites.reading import folded
from patron.core.session import Session

PAGE = 5000
"""Records of a batch."""

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
        if field is None:
            raise _unknown(composite, factor, factor.column, fields, "field")
        if factor.transform == CODES and field.codes is not None:
            known = {folded(code): code for code in vocabulary.codes.get(field.codes, {})}
            for code in factor.codes:
                if code not in known:
                    raise _unknown(composite, factor, code, known.values(), "code")


def stored_records(session: Session, composite: Composite, where: str | None) -> Iterator[Records]:
    """
    Yield the records that the actor may see, by id.

    Raises:
        ConfigurationError: as `check_fields`.
        ExpressionError: the condition is wrong.
        DeniedError: the actor may see none.
    """
    vocabulary = session.records.vocabulary
    check_fields(composite, vocabulary)
    fields = {factor.column: vocabulary.field(composite.of, factor.column) for factor in composite.factors}
    with session.read() as reader:
        conditions: list[Condition] = [parse_where(where, composite.of, values_of(session, reader))] if where else []
        kind: type[Any] = NOUNS[composite.of]
        with session.reporter.progress(session.t("composite.reading"), reader.count(kind, conditions)) as progress:
            last = 0
            while records := reader.find(kind, [*conditions, Criterion("id", Operator.MORE, last)], limit=PAGE):
                yield _batch(records, fields)
                last = records[-1].id
                progress.advance(len(records))


def _batch(records: Sequence[Any], fields: Mapping[str, Field]) -> Records:
    columns = {name: _column(records, name, field) for name, field in fields.items()}
    return Records(len(records), {**columns, "id": pa.array([record.id for record in records], pa.int64())})


def _column(records: Sequence[Any], name: str, field: Field) -> pa.Array:
    values = [record.ext.get(name) if "." in name else getattr(record, name) for record in records]
    return pa.array(values, _TYPES.get(field.kind, pa.string()))


def _unknown(composite: Composite, factor: Factor, name: str, known: Any, what: str) -> ConfigurationError:
    near = nearest(name, known, cutoff=ALIKE)
    return ConfigurationError(
        f"composite.no_{what}_near" if near else f"composite.no_{what}",
        where=composite.where,
        name=composite.name,
        noun=composite.of,
        factor=factor.name,
        got=shorten(name),
        nearest=near,
        known=listed(sorted(known), 40),
    )
