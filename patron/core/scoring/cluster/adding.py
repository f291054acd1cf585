"""
The first half of the work: every group of lines is added up by customer, then the customers of each part are merged.

Between the two stand files: a worker that dies takes nothing with it that was finished.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from typing import Any, NamedTuple

import attrs
import pyarrow as pa

from patron.core.records import Column
from patron.core.scoring.aggregate import Aggregation
from patron.core.scoring.buckets import Buckets
from patron.core.scoring.cluster.arrays import Segment
from patron.core.scoring.cluster.days import join_days, write_days
from patron.core.scoring.cluster.images import read_bucket, write_buckets
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.cluster.talk import Part
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.digest import PartDigest, part_digest
from patron.core.scoring.features import DAY_COLUMNS, day_columns, feature_table
from patron.core.scoring.identities import ascending, integers_if_possible
from patron.core.scoring.lines import LineReader, NotedLines
from patron.core.scoring.lines import Mapping as Columns
from patron.core.scoring.prepared import CustomerAggregates
from patron.core.scoring.purchase_days import DayCollection
from patron.core.scoring.reading import PIECE_ROWS
from patron.core.scoring.skipped import SkippedRows
from patron.core.scoring.source import Source
from patron.core.scoring.source.parquet import ParquetData
from patron.kernel.aggregate import CustomerSums, Rules
from patron.kernel.layout import Int64s


@attrs.frozen(kw_only=True)
class Unit:
    """
    Row groups of a file.

    Attributes:
        file: its number among all files.
        name: as the user knows it.
        path: where it is.
        size: how many bytes it has.
        filesystem: Arrow's way to it; None: the machine's own.
        groups: the row groups.
        first_row: the first of their rows.
        rows: how many they are.
    """

    file: int
    name: str
    path: str
    size: int
    filesystem: Any
    groups: tuple[int, ...]
    first_row: int
    rows: int


@attrs.frozen(kw_only=True)
class Adding:
    """
    A group of lines to be added up.

    Attributes:
        name: of the file that takes the sums.
        units: the lines.
        columns: what is read of them.
        command: how they are read.
        as_of: the last day that counts.
        zone: the zone of days.
        text_columns: the id columns that are kept as texts.
        rules: how lines count.
        parts: into how many parts the customers are divided.
        memory: bytes that the work may take.
        work: the folder of the file.
        with_days: whether days of purchases are collected.
    """

    name: str
    units: tuple[Unit, ...]
    columns: Columns
    command: ScoreCommand
    as_of: date
    zone: str
    text_columns: frozenset[str]
    rules: Rules
    parts: int
    memory: int
    work: Storage
    with_days: bool = False


class Added(NamedTuple):
    """
    What became of a group of lines.

    Attributes:
        name: of the file that has the sums.
        places: where those of each part begin in it, and where the last ones end.
        noted: the account of the rows.
        numbers: of the files that the account speaks of.
        magnitudes: the sum of the magnitudes of each measure.
        day_places: as *places*, of the file of the days; none where these were not collected.
    """

    name: str
    places: list[int]
    noted: NotedLines
    numbers: tuple[int, ...]
    magnitudes: Mapping[str, int]
    day_places: list[int]


def add_lines(job: Adding) -> Added:
    """
    Read, judge and add up a group of lines, and write the sums, by part.

    Raises:
        PatronError: the lines can't be read or added up, or the sums can't be written.
    """
    files = {unit.file: ParquetData(unit.path, unit.size, name=unit.name, filesystem=unit.filesystem) for unit in job.units}
    source = Source(list(files.values()))
    skipped = SkippedRows(source.files)
    reader = LineReader(
        source, job.columns, job.command, as_of=job.as_of, zone=job.zone, text_ids=job.text_columns, skipped=skipped
    )
    days = DayCollection(ignore_zero=job.command.ignore_zero, memory=job.memory // 2) if job.with_days else None
    with ExitStack() as stack:
        aggregation = Aggregation(
            job.rules,
            text_ids=job.columns.customer in job.text_columns,
            plain_integers=False,
            rows_expected=sum(unit.rows for unit in job.units),
            memory=job.memory if days is None else job.memory // 2,
            stack=stack,
            parts=job.parts,
        )
        for unit in job.units:
            also = job.columns.currency.get(unit.name)
            columns = tuple(dict.fromkeys([*job.columns.columns, *([] if also is None else [also])]))
            for piece in files[unit.file].unit(unit.groups, unit.first_row, columns).pieces(PIECE_ROWS):
                prepared = reader.prepare(piece)
                aggregation.update(prepared)
                if days is not None:
                    days.update(prepared)
        held = aggregation.release()
        places = [0] * (job.parts + 1)
        if held.buckets is not None:
            places = write_buckets(held.buckets.buckets, job.work, job.name)
    day_places = [] if days is None else write_days(days, job.parts, job.work, day_file(job.name))
    return Added(job.name, places, reader.noted(), tuple(files), held.magnitudes, day_places)


def day_file(name: str) -> str:
    """Return the name of the file of the days of a group of lines, given that of the sums."""
    return f"{name}.days"


@attrs.frozen(kw_only=True)
class Merging:
    """
    The customers of a part, to be merged.

    Attributes:
        sources: the files that have sums of them, and where they begin and end there.
        rules: how lines count.
        text_ids: whether customer ids are texts.
        with_extra: whether there are costs or discounts.
        memory: bytes that the work may take.
        work: the folder of the files.
        day_sources: as *sources*, for the days of purchases; None where these were not collected.
    """

    sources: tuple[Segment, ...]
    rules: Rules
    text_ids: bool
    with_extra: bool
    memory: int
    work: Storage
    day_sources: tuple[Segment, ...] | None = None


class Customers(NamedTuple):
    """
    The customers of a part.

    Attributes:
        found: their sums.
        days: the columns of their days, in the same order; empty where these were not collected.
    """

    found: CustomerAggregates
    days: Mapping[str, Column]


class Merged(NamedTuple):
    """
    What is told of customers that were merged; of several parts, in sum.

    Attributes:
        customers: how many they are.
        plain: whether all ids are plain integers.
        without_order: purchases whose order id is blank.
    """

    customers: int
    plain: bool
    without_order: int

    def merge(self, other: "Merged") -> "Merged":
        """Return what is told of both."""
        return Merged(self.customers + other.customers, self.plain and other.plain, self.without_order + other.without_order)


def merge_customers(job: Merging) -> Customers:
    """
    Merge what the groups of lines say of the customers of a part.

    Raises:
        PatronError: there are more customers than memory has room for.
    """
    memory, days = job.memory, dict[str, Column]()
    if job.day_sources is not None:
        memory //= 2
        days = day_columns(join_days(job.day_sources, job.work, ignore_zero=job.rules.ignore_zero, memory=memory))
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        buckets = Buckets(job.rules, text_ids=job.text_ids, with_extra=job.with_extra, expected=0, memory=memory, stack=stack)
        for source in job.sources:
            buckets.merge_bucket(0, read_bucket(job.work, source, job.rules, stack))
        return Customers(buckets.finish(pool, plain_integers=False), days)


def tell_merged(customers: Customers) -> Merged:
    """Tell of the customers of a part."""
    found = customers.found
    plain = len(found.ids) == 0 or pa.types.is_integer(integers_if_possible(found.ids).type)
    return Merged(len(found.ids), plain, found.without_order)


def make_part(customers: Customers, integers: bool, as_of: date, with_cost: bool, with_discount: bool) -> Part:
    """
    Return the customers of a part with the columns that every score begins with.

    Args:
        customers: of the part.
        integers: whether ids that are texts are integers, since all ids of all parts are.
        as_of: the day that the scores are true for.
        with_cost: whether costs were given.
        with_discount: whether discounts were given.
    """
    found, days = customers
    if integers and len(found.ids):
        ids = integers_if_possible(found.ids)
        order = ascending(ids)
        found = CustomerAggregates(
            ids=ids.take(pa.array(order)),
            sums=CustomerSums(*(column[order] for column in found.sums)),
            orders=found.orders[order],
            products=None if found.products is None else found.products[order],
            without_order=found.without_order,
        )
        days = {name: _taken(column, order) for name, column in days.items()}
    elif integers:
        found = attrs.evolve(found, ids=pa.array([], pa.int64()))
    return Part(feature_table(found, as_of, with_cost=with_cost, with_discount=with_discount).with_columns(days))


def _taken(column: Column, rows: Int64s) -> Column:
    missing = None if column.missing is None else column.missing[rows]
    return Column(column.values[rows], column.kind, missing, column.labels)


class Described(NamedTuple):
    """
    What parts are.

    Attributes:
        digest: of their customers.
        known: the columns in which somebody has a value.
        text_ids: whether ids are texts.
        form: the columns: name, kind, labels.
    """

    digest: PartDigest
    known: frozenset[str]
    text_ids: bool
    form: tuple[tuple[str, str, tuple[str, ...]], ...]

    def merge(self, other: "Described") -> "Described":
        """Return what both are."""
        return self._replace(digest=self.digest.merge(other.digest), known=self.known | other.known)


def describe(part: Part) -> Described:
    """Return what a part is."""
    table = part.table
    known = frozenset(name for name in table.columns if len(table) and table.has(name))
    form = tuple((name, column.kind.value, column.labels) for name, column in table.columns.items())
    # A digest is of the input: columns that are made where a factor asks for them change nothing about it.
    plain = {name: column for name, column in table.columns.items() if name not in DAY_COLUMNS}
    return Described(part_digest(attrs.evolve(table, columns=plain)), known, isinstance(table.ids, pa.Array), form)


def segments(files: Iterable[tuple[str, Sequence[int]]], number: int) -> tuple[Segment, ...]:
    """Return what files hold of a part or range, given where each begins in them; those that hold nothing are left out."""
    spans = ((name, places[number], places[number + 1]) for name, places in files)
    return tuple(span for span in spans if span[1] < span[2])


def grouped(units: Sequence[Unit], groups: int) -> list[tuple[Unit, ...]]:
    """Return consecutive units in groups of about as many rows."""
    rows = sum(unit.rows for unit in units)
    found: list[list[Unit]] = [[] for _ in range(groups)]
    before = 0
    for unit in units:
        found[min(groups - 1, (before + unit.rows // 2) * groups // max(rows, 1))].append(unit)
        before += unit.rows
    return [tuple(group) for group in found if group]
