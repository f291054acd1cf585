"""
The use case `analyse profile`: what those of a target have in common, by field and value, and who else has it.
"""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import pyarrow as pa

from patron import InputError, RowCounts, UsageError
from patron.core.scoring.composites.stored import stored_rows
from patron.core.scoring.expression import parse_filter
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.session import Session
from patron.kernel.layout import Bools, Int64s
from patron.kernel.profile import count_values, evidence, resemblance
from patron.plugins.mining.profile.fields import CodedField, code_field
from patron.plugins.mining.rows.words import WORDS

ROW = "row"
MOST_VALUES = 1000
"""Values of a field beyond which it tells rows apart, not groups of them."""


@attrs.frozen(kw_only=True)
class ProfileCommand:
    """
    What is profiled.

    Attributes:
        target: a condition: who it holds for is looked at.
        fields: by which fields; empty for all columns of the files that the target does not name.
        rows: which rows of files; None for records of the database.
        noun: of the database, the kind of the records.
        where: for the database: which records are looked at, target or not.
        id: the column that says who a row is; None: rows are numbered. Records have their own.
        bins: groups of numbers.
        least: rows that a value must have to say anything.
    """

    target: str
    fields: tuple[str, ...] = ()
    rows: RowsCommand | None = None
    noun: str = "customer"
    where: str | None = None
    id: str | None = None
    bins: int = 5
    least: int = 30


@attrs.frozen(kw_only=True, eq=False)
class FieldProfile:
    """
    What the values of one field say.

    Attributes:
        field: the field as codes.
        rows: how many have each value.
        hits: how many of these are of the target.
        weights: the evidence of each value; 0 of those that too few have.
    """

    field: CodedField
    rows: Int64s
    hits: Int64s
    weights: Int64s


@attrs.frozen(kw_only=True, eq=False)
class Profile:
    """
    What an analysis found.

    Attributes:
        command: what was asked.
        ids: who the rows are.
        id: what the column of these is called.
        target: which rows are of the target.
        fields: in the order in which they were asked for.
        skipped: fields that have too many values.
        scores: how much each row resembles the target.
        rows: what became of the rows of files; None for records.
    """

    command: ProfileCommand
    ids: pa.Array
    id: str
    target: Bools
    fields: tuple[FieldProfile, ...]
    skipped: tuple[str, ...]
    scores: Int64s
    rows: RowCounts | None


def analyse_profile(session: Session, command: ProfileCommand) -> Profile:
    """
    Find what those of a target have in common.

    Raises:
        UsageError: a field or column is not there.
        ExpressionError: the target is no condition.
        InputError: the input can't be read, or nobody or everybody is of the target.
        DeniedError: the actor may not see the records.
    """
    gathered = _of_files(session, command) if command.rows is not None else _of_records(session, command)
    target = gathered.target
    if not target.any() or target.all():
        key = "profile.everybody" if len(target) and target.all() else "profile.nobody"
        raise InputError(key, catalogue=WORDS, rows=f"{len(target):,}", target=command.target[:100])
    coded = [code_field(name, pieces, command.bins) for name, pieces in gathered.columns.items()]
    profiles = tuple(_profile(field, target, command.least) for field in coded if len(field.values) <= MOST_VALUES)
    if not profiles:
        raise UsageError("profile.no_fields", catalogue=WORDS)
    return Profile(
        command=command,
        ids=gathered.ids,
        id=gathered.id,
        target=target,
        fields=profiles,
        skipped=tuple(field.name for field in coded if len(field.values) > MOST_VALUES),
        scores=resemblance([each.field.codes for each in profiles], [each.weights for each in profiles]),
        rows=gathered.rows,
    )


@attrs.frozen(kw_only=True, eq=False)
class _Gathered:
    """All rows, by column."""

    columns: Mapping[str, Sequence[pa.Array]]
    target: Bools
    ids: pa.Array
    id: str
    rows: RowCounts | None = None


def _of_files(session: Session, command: ProfileCommand) -> _Gathered:
    given = command.rows
    assert given is not None  # noqa: S101  # the caller looked
    first = Rows(session, given, (), ())
    condition = parse_filter(command.target, first.source.columns, holds_numbers=first.source.holds_numbers)
    fields = command.fields or tuple(name for name in first.source.columns if name not in (*condition.names, command.id))
    named = [*fields, *condition.names, *([] if command.id is None else [command.id])]
    rows = Rows(session, given, named, ())
    columns: dict[str, list[pa.Array]] = {name: [] for name in fields}
    marks, ids = [], []
    for batch, judge in rows:
        keep = judge.kept()
        marker = pa.array(np.ones(batch.rows, np.bool_) if keep is None else keep)
        holds = condition.mask(batch)
        marks.append(holds if keep is None else holds[keep])
        for name, pieces in columns.items():
            pieces.append(batch.columns[name].filter(marker))
        if command.id is not None:
            ids.append(batch.columns[command.id].filter(marker))
    target = np.concatenate([np.empty(0, np.bool_), *marks])
    names = pa.chunked_array(ids).combine_chunks() if ids else pa.array(np.arange(1, len(target) + 1))
    return _Gathered(columns=columns, target=target, ids=names, id=command.id or ROW, rows=rows.counts())


def _of_records(session: Session, command: ProfileCommand) -> _Gathered:
    if not command.fields:
        raise UsageError("profile.name_fields", catalogue=WORDS)
    columns: dict[str, list[pa.Array]] = {name: [] for name in command.fields}
    ids: list[Int64s] = []
    where = command.target if command.where is None else f"({command.where}) and ({command.target})"
    with session.read() as reader:
        for batch in stored_rows(session, reader, command.noun, command.fields, command.where):
            ids.append(batch.columns["id"].to_numpy())
            for name, pieces in columns.items():
                pieces.append(batch.columns[name])
        hits = [batch.columns["id"].to_numpy() for batch in stored_rows(session, reader, command.noun, (), where)]
    everybody = np.concatenate([np.empty(0, np.int64), *ids])
    target = np.isin(everybody, np.concatenate([np.empty(0, np.int64), *hits]))
    return _Gathered(columns=columns, target=target, ids=pa.array(everybody), id="id")


def _profile(field: CodedField, target: Bools, least: int) -> FieldProfile:
    rows, hits = count_values(field.codes, len(field.values), target)
    return FieldProfile(field=field, rows=rows, hits=hits, weights=evidence(rows, hits, least))
