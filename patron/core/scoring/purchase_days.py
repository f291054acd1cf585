"""
The days on which each customer bought, with what they bought on each: what models of repeat purchases are made from.

Within a piece of the input, lines of one customer and day are one entry at once, so memory is taken by days of purchases rather
than by lines. Entries of several pieces, or of several collections, are joined when all are there: the result is the same for any
split and order of the lines. A purchase is what `patron score` calls one: a line with amount ≥ 0, or > 0 when zeros are ignored.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa

from patron.core.config import size_text
from patron.core.errors import CapacityError, UsageError
from patron.core.money import LARGEST, to_text
from patron.core.records import RowCounts
from patron.core.scoring.capacity import memory_for, threads_for
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.features import EPOCH
from patron.core.scoring.gathered import numbered_piece
from patron.core.scoring.identities import ascending, integers_if_possible
from patron.core.scoring.prepared import PreparedLines
from patron.core.scoring.reading import Reading
from patron.core.scoring.source import SourceOptions, open_source
from patron.core.session import Session
from patron.kernel.aggregate import magnitude_sum
from patron.kernel.layout import Int64s
from patron.kernel.ranking import ascending_order

_DAY_BITS = 32
_ZERO_DAY = 1 << (_DAY_BITS - 1)
"""Added to a day so that none is negative, and days are ordered as the lower half of a word."""

_COPIES = 5
"""How many times the memory of its entries a collection takes when they are joined and put in order."""

DAY_BYTES = 24 * _COPIES
"""Bytes that a day of purchases takes then."""


@attrs.frozen(kw_only=True, eq=False)
class PurchaseDays:
    """
    Days of purchases, one entry for each customer and day, by customer and day ascending.

    Attributes:
        ids: of all customers, those without a purchase included, ascending: int64 or large strings.
        begins: shape (customers + 1,), where the entries of each customer begin, and the number of all.
        days: days since 1970-01-01.
        amounts: what the purchases of that day came to, in 1/10,000.
    """

    ids: pa.Array
    begins: Int64s
    days: Int64s
    amounts: Int64s

    @property
    def counts(self) -> Int64s:
        """On how many days each customer bought."""
        return np.diff(self.begins)

    @property
    def first_amounts(self) -> Int64s:
        """What each customer bought on the first day; 0 without one."""
        found = np.zeros(len(self.ids), np.int64)
        buyers = self.counts > 0
        found[buyers] = self.amounts[self.begins[:-1][buyers]]
        return found


@attrs.frozen(kw_only=True, eq=False)
class ReadPurchases:
    """
    The days of purchases of an input.

    Attributes:
        purchases: the days.
        rows: what became of the rows.
        as_of: day since 1970-01-01, the last that counts.
        zone: the zone of days.
        currency: that lines name; "" where none does.
    """

    purchases: PurchaseDays
    rows: RowCounts
    as_of: int
    zone: str
    currency: str


def read_purchase_days(session: Session, command: ScoreCommand) -> ReadPurchases:
    """
    Collect the days of purchases of every customer of files.

    Args:
        session: the clock and the settings.
        command: what to read and how; what it says of ranking, orders, costs and products is not looked at.

    Raises:
        UsageError: the command names what the input does not have.
        InputError: the input can't be read, or no row of it counts.
        CapacityError: there is more money, or there are more days of purchases, than can be held.
    """
    if not command.inputs:
        raise UsageError("score.no_input")
    options = SourceOptions(encoding=command.encoding, delimiter=command.delimiter, decimal=command.decimal)
    asked = attrs.evolve(command, order=None, cost=None, discount=None, product=None)
    reading = Reading(session, asked, open_source(command.inputs, options))
    days = DayCollection(ignore_zero=command.ignore_zero, memory=memory_for(command.memory, session.settings))
    threads = threads_for(command.threads, session.settings)
    with ExitStack() as stack, ThreadPoolExecutor(threads, thread_name_prefix="patron-days") as pool:
        reading.run(pool, threads, stack, days.update)
    rows = reading.rows()
    return ReadPurchases(
        purchases=days.finish(plain_integers=reading.text_ids and reading.plain_integers),
        rows=rows,
        as_of=reading.as_of.toordinal() - EPOCH,
        zone=reading.zone,
        currency=reading.currency,
    )


class DayCollection:
    """
    Takes prepared lines from any thread in any order, and keeps days of purchases.

    Args:
        ignore_zero: whether a line of amount zero is no purchase.
        memory: bytes that may be held.
    """

    def __init__(self, *, ignore_zero: bool, memory: int) -> None:
        self._ignore_zero = ignore_zero
        self._memory = memory
        self._lock = threading.Lock()
        self._pieces: list[DayPiece] = []
        self._bytes = 0
        self._magnitude = 0

    def update(self, prepared: PreparedLines) -> None:
        """
        Add a batch.

        Raises:
            CapacityError: there is more money than can be held exactly, or there are more days than memory has room for.
        """
        if prepared.rows == 0:
            return
        self.add(_piece(prepared, ignore_zero=self._ignore_zero))

    def add(self, piece: "DayPiece") -> None:
        """
        Add days of purchases.

        Raises:
            CapacityError: as `update`.
        """
        self._take([piece], magnitude_sum(piece.amounts))

    def merge(self, other: "DayCollection") -> None:
        """
        Add what another collection was given; it can't be used afterwards.

        Raises:
            CapacityError: as `update`.
        """
        self._take(other._pieces, other._magnitude)  # noqa: SLF001 - of the same class

    def joined(self) -> "DayPiece":
        """Return what was added up so far as one piece."""
        ids, codes = _joined([piece.customers for piece in self._pieces])
        none = np.empty(0, np.int64)
        return DayPiece(
            customers=ids,
            codes=np.concatenate([none, *(own[piece.codes] for piece, own in zip(self._pieces, codes, strict=True))]),
            days=np.concatenate([none, *(piece.days for piece in self._pieces)]),
            amounts=np.concatenate([none, *(piece.amounts for piece in self._pieces)]),
        )

    def finish(self, *, plain_integers: bool) -> PurchaseDays:
        """Return the days of all customers; with *plain_integers*, text ids that all are plain integers become integers."""
        ids, codes, days, amounts = self.joined()
        if plain_integers:
            ids = integers_if_possible(ids)
        order = ascending(ids)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        keys, amounts = _added(rank[codes], days, amounts)
        counts = np.bincount(keys >> _DAY_BITS, minlength=len(ids))
        return PurchaseDays(
            ids=ids.take(pa.array(order)),
            begins=np.concatenate([[0], np.cumsum(counts)]),
            days=(keys & (2**_DAY_BITS - 1)) - _ZERO_DAY,
            amounts=amounts,
        )

    def _take(self, pieces: "list[DayPiece]", magnitude: int) -> None:
        with self._lock:
            self._pieces += pieces
            self._magnitude += magnitude
            self._bytes += sum(piece.nbytes for piece in pieces)
            entries = sum(len(piece.days) for piece in self._pieces) if self._bytes * _COPIES > self._memory else 0
        if self._magnitude > LARGEST:
            raise CapacityError("score.too_much_money", largest=to_text(LARGEST))
        if entries:
            raise CapacityError("purchases.too_many_days", days=f"{entries:,}", memory=size_text(self._memory))


class DayPiece(NamedTuple):
    """
    Days of purchases of some lines.

    Attributes:
        customers: the distinct customers, those without a purchase included: int64 or large strings.
        codes: which of them each entry is of; there may be more than one entry for a customer and day.
        days: since 1970-01-01.
        amounts: what was bought.
    """

    customers: pa.Array
    codes: Int64s
    days: Int64s
    amounts: Int64s

    @property
    def nbytes(self) -> int:
        """Bytes of memory held."""
        return int(self.customers.nbytes) + self.codes.nbytes + self.days.nbytes + self.amounts.nbytes


def _piece(prepared: PreparedLines, *, ignore_zero: bool) -> DayPiece:
    piece = numbered_piece(attrs.evolve(prepared, orders=None, order_known=None, products=None, product_known=None))
    amounts = piece.lines.amounts
    bought = amounts > 0 if ignore_zero else amounts >= 0
    codes = piece.customers.indices.to_numpy(zero_copy_only=False)[bought].astype(np.int64)
    keys, totals = _added(codes, piece.lines.days[bought].astype(np.int64), amounts[bought])
    return DayPiece(piece.customers.dictionary, keys >> _DAY_BITS, (keys & (2**_DAY_BITS - 1)) - _ZERO_DAY, totals)


def _added(codes: Int64s, days: Int64s, amounts: Int64s) -> tuple[Int64s, Int64s]:
    """Return the distinct pairs of code and day as words, ascending, and the sum of the amounts of each."""
    keys = (codes << _DAY_BITS) | (days + _ZERO_DAY)
    if len(keys) == 0:
        return keys, amounts
    if (keys[1:] < keys[:-1]).any():
        order = ascending_order(keys.view(np.uint64))
        keys, amounts = keys[order], amounts[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[begins], np.add.reduceat(amounts, begins)


def _joined(many: list[pa.Array]) -> tuple[pa.Array, list[Int64s]]:
    """Return the distinct ids of all pieces, and for each piece the number that each of its ids has among them."""
    if not many:
        return pa.array([], pa.int64()), []
    numbered = [pa.DictionaryArray.from_arrays(pa.array(np.arange(len(ids), dtype=np.int32)), ids) for ids in many]
    joined = pa.chunked_array(numbered).unify_dictionaries()
    return joined.chunk(0).dictionary, [chunk.indices.to_numpy().astype(np.int64) for chunk in joined.chunks]
