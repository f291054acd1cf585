"""
One pass from order lines to per-customer sums, and the counting of distinct orders.

A customer or order id is a *key* of two words, `low` and `high` (see `patron.kernel.keys`); where all ids are integers the array
of high words has length zero. A customer's *code* is its number in order of first appearance.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.memory import prefetch
from patron.kernel.layout import Bools, Int32s, Int64s, UInt32s, UInt64s

Records = npt.NDArray[Any]
"""An array of `STATE` or `EXTRA`."""
STATE = np.dtype(
    [
        ("first", np.int32),
        ("last", np.int32),
        ("lines", np.uint32),
        ("purchases", np.uint32),
        ("gross", np.int64),
        ("refunds", np.int64),
        ("recent", np.int64),
        ("previous", np.int64),
        ("order_low", np.uint64),
        ("order_high", np.uint64),
    ]
)
"""What is kept of a customer while lines stream by: exactly one cache line."""

EXTRA = np.dtype([("cost", np.int64), ("discount", np.int64), ("cost_missing", np.uint32), ("discounted", np.uint32)])
"""The further sums, kept only where costs or discounts are given."""

NO_DAY_FIRST, NO_DAY_LAST = np.int32(2**31 - 1), np.int32(-(2**31))
NO_ORDER = np.uint64(2**64 - 1)
"""A high word that no order key has, so that a customer's first order always differs from the one before."""

AHEAD = 16
"""Rows between asking for a cache line and using it."""

BLOCK = 256
"""Rows whose cache lines are asked for together."""

LOWER = np.uint64(0xFFFFFFFF)
"""The part of a slot that holds code + 1; the other half is part of the hash."""


@inlined
def mix(low: np.uint64, high: np.uint64) -> np.uint64:
    """Return a hash of a key: all bits of the key move the upper bits of the hash."""
    word = low ^ (high * np.uint64(0x9E3779B97F4A7C15))
    word = (word ^ (word >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    word = (word ^ (word >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return word ^ (word >> np.uint64(32))


@compiled
def intern_keys(
    low: UInt64s,
    high: UInt64s,
    slots: UInt64s,
    shift: np.uint64,
    known: UInt64s,
    size: int,
    codes: Int64s,
) -> int:
    """
    Give every key its code, new keys the next free ones.

    Rows go in blocks, three times each: ask for the slots, ask for the keys that they point to, then compare; so that few rows
    wait for memory. A key that equals the one before it, as lines of one order do, needs none of it.

    Args:
        low: uint64 (rows,).
        high: uint64 (rows,) or (0,).
        slots: uint64 (2**k,), zero where free, else the upper half of the hash over code + 1.
        shift: uint64, 64 - k.
        known: uint64 (capacity * words,), the keys by code, one or two words each; room for `size + rows`.
        size: codes given so far.
        codes: int64 (rows,), written.

    Returns:
        The number of codes given after this batch.
    """
    wide = high.size > 0
    words = 2 if wide else 1
    mask = np.uint64(slots.size - 1)
    rows = low.size
    hashes = np.empty(BLOCK, np.uint64)
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        for row in range(start, stop):
            hashed = mix(low[row], high[row] if wide else np.uint64(0))
            hashes[row - start] = hashed
            prefetch(slots, np.int64(hashed >> shift))
        for row in range(start, stop):
            slot = slots[hashes[row - start] >> shift]
            if slot != np.uint64(0):
                prefetch(known, (np.int64(slot & LOWER) - 1) * words)
        for row in range(start, stop):
            word_low = low[row]
            word_high = high[row] if wide else np.uint64(0)
            if row > start and word_low == low[row - 1] and (not wide or word_high == high[row - 1]):
                codes[row] = codes[row - 1]
                continue
            hashed = hashes[row - start]
            position = hashed >> shift
            tag = hashed << np.uint64(32)
            while True:
                slot = slots[position]
                if slot == np.uint64(0):
                    known[size * words] = word_low
                    if wide:
                        known[size * words + 1] = word_high
                    size += 1
                    slots[position] = tag | np.uint64(size)
                    codes[row] = size - 1
                    break
                if (slot ^ tag) <= LOWER:
                    code = np.int64(slot & LOWER) - 1
                    if known[code * words] == word_low and (not wide or known[code * words + 1] == word_high):
                        codes[row] = code
                        break
                position = (position + np.uint64(1)) & mask
    return size


@compiled
def rehash(known: UInt64s, words: int, size: int, slots: UInt64s, shift: np.uint64) -> None:
    """Fill an empty slot table with the keys known so far, of one or two words each."""
    mask = np.uint64(slots.size - 1)
    for code in range(size):
        hashed = mix(known[code * words], known[code * words + 1] if words == 2 else np.uint64(0))
        position = hashed >> shift
        while slots[position] != np.uint64(0):
            position = (position + np.uint64(1)) & mask
        slots[position] = (hashed << np.uint64(32)) | np.uint64(code + 1)


@compiled
def bucket_rows(low: UInt64s, high: UInt64s, keep: Bools, mask: np.uint64, starts: Int64s, rows: Int64s) -> None:
    """
    Sort the rows of a batch by the bucket of their key; the order within a bucket is kept.

    Args:
        low: uint64 (rows,).
        high: uint64 (rows,) or (0,).
        keep: bool (rows,), false for rows to be left out; length zero where none are.
        mask: bucket = hash & mask; one less than the number of buckets, a power of two of at most 256.
        starts: int64 (buckets + 1,), written: where the rows of each bucket begin.
        rows: int64 (rows,), written: the rows that are kept, bucket by bucket.
    """
    wide = high.size > 0
    some_left_out = keep.size > 0
    places = np.zeros(starts.size - 1, np.int64)
    buckets = np.empty(low.size, np.uint8)
    for row in range(low.size):
        bucket = mix(low[row], high[row] if wide else np.uint64(0)) & mask
        buckets[row] = np.uint8(bucket)
        if not some_left_out or keep[row]:
            places[bucket] += 1
    starts[0] = 0
    for each in range(places.size):
        starts[each + 1] = starts[each] + places[each]
        places[each] = starts[each]
    for row in range(low.size):
        if not some_left_out or keep[row]:
            rows[places[buckets[row]]] = row
            places[buckets[row]] += 1


@compiled
def clear(state: Records, start: int, stop: int) -> None:
    """Make the states of new customers empty."""
    for code in range(start, stop):
        state[code].first = NO_DAY_FIRST
        state[code].last = NO_DAY_LAST
        state[code].lines = 0
        state[code].purchases = 0
        state[code].gross = 0
        state[code].refunds = 0
        state[code].recent = 0
        state[code].previous = 0
        state[code].order_low = 0
        state[code].order_high = NO_ORDER


@compiled
def accumulate(
    codes: Int64s,
    days: Int32s,
    amounts: Int64s,
    values: Int64s,
    order_low: UInt64s,
    order_high: UInt64s,
    order_known: Bools,
    bounds: Int64s,
    ignore_zero: bool,
    state: Records,
    pairs: tuple[UInt32s, UInt64s, UInt64s],
) -> tuple[int, int]:
    """
    Add a batch of lines to the states of their customers, and list the orders that may be new.

    Args:
        codes: int64 (rows,).
        days: int32 (rows,), day of each line.
        amounts: int64 (rows,), 1/10,000 units; negative is a refund.
        values: int64 (rows,), amount less cost where costs are given, else the amounts themselves.
        order_low: uint64 (rows,), low words of the order keys; (0,): an order is a day.
        order_high: uint64 (rows,) or (0,).
        order_known: bool (rows,), false where the order id is blank; length zero where all are known.
        bounds: int64 (3,), first day of the recent period, first day of the period before, and the day after the recent one.
        ignore_zero: whether a line of amount zero is no purchase.
        state: `STATE` (customers,), changed.
        pairs: (codes uint32, low uint64, high uint64) arrays with room for all rows, written from the start.

    Returns:
        (pairs written, purchases without an order id). A pair is left out where it repeats the customer's preceding order.
    """
    pair_codes, pair_low, pair_high = pairs
    by_day = order_low.size == 0
    wide = order_high.size > 0
    some_blank = order_known.size > 0
    written = 0
    blank = 0
    rows = codes.size
    for row in range(rows):
        if row + AHEAD < rows:
            prefetch(state, codes[row + AHEAD])
        customer = state[codes[row]]
        amount = amounts[row]
        day = days[row]
        customer.lines += np.uint32(1)
        if bounds[1] <= day < bounds[2]:
            if day >= bounds[0]:
                customer.recent += values[row]
            else:
                customer.previous += values[row]
        if amount < 0:
            customer.refunds += amount
            continue
        if amount == 0 and ignore_zero:
            continue
        customer.gross += amount
        customer.first = min(customer.first, day)
        customer.last = max(customer.last, day)
        low = np.uint64(np.int64(day)) if by_day else order_low[row]
        high = order_high[row] if wide else np.uint64(0)
        known = not some_blank or order_known[row]
        if not known:
            blank += 1
        elif customer.order_low != low or customer.order_high != high:
            pair_codes[written] = codes[row]
            pair_low[written] = low
            if wide:
                pair_high[written] = high
            written += 1
            customer.order_low = low
            customer.order_high = high
        customer.purchases += np.uint32(1)
    return written, blank


@compiled
def accumulate_extra(
    codes: Int64s, amounts: Int64s, costs: Int64s, cost_missing: Bools, discounts: Int64s, ignore_zero: bool, extra: Records
) -> None:
    """
    Add costs and discounts of a batch; either array may have length zero. Discounts count on purchases only.

    Args:
        codes: int64 (rows,).
        amounts: int64 (rows,), 1/10,000 units.
        costs: int64 (rows,) 1/10,000 units.
        cost_missing: bool (rows,).
        discounts: int64 (rows,) 1/10,000 units.
        ignore_zero: whether a line of amount zero is no purchase.
        extra: `EXTRA` (customers,), changed.
    """
    for row in range(codes.size):
        customer = extra[codes[row]]
        if costs.size > 0:
            if cost_missing[row]:
                customer.cost_missing += np.uint32(1)
            else:
                customer.cost += costs[row]
        if discounts.size > 0 and (amounts[row] > 0 or (amounts[row] == 0 and not ignore_zero)):
            customer.discount += discounts[row]
            if discounts[row] > 0:
                customer.discounted += np.uint32(1)


@compiled
def merge_states(codes: Int64s, others: Records, state: Records) -> None:
    """Add the states of other lines of the same customers; codes, int64 (others,), says which customer each is of."""
    for row in range(codes.size):
        customer, other = state[codes[row]], others[row]
        customer.first = min(customer.first, other.first)
        customer.last = max(customer.last, other.last)
        customer.lines += other.lines
        customer.purchases += other.purchases
        customer.gross += other.gross
        customer.refunds += other.refunds
        customer.recent += other.recent
        customer.previous += other.previous


@compiled
def merge_extra(codes: Int64s, others: Records, extra: Records) -> None:
    """Add the further sums of other lines of the same customers, as `merge_states`."""
    for row in range(codes.size):
        customer, other = extra[codes[row]], others[row]
        customer.cost += other.cost
        customer.discount += other.discount
        customer.cost_missing += other.cost_missing
        customer.discounted += other.discounted


@inlined
def table_of(edges: Int64s, code: int) -> int:
    """Return which of the tables that follow each other holds a code."""
    low, high = 0, edges.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if edges[middle] <= code:
            low = middle
        else:
            high = middle
    return low


@compiled
def read_states(
    tables: tuple[Records, ...], edges: Int64s, order: Int64s, start: int, stop: int, sums: tuple[Int64s, ...]
) -> None:
    """
    Write the states of the customers `order[start:stop]` to the same rows of *sums*.

    Args:
        tables: `STATE` each, behind each other; as many in every call.
        edges: int64 (tables + 1,), where each begins.
        order: int64 (customers,).
        start: the first row.
        stop: the row behind the last.
        sums: int64 (customers,) each, in the order of `CustomerSums`.
    """
    for row in range(start, stop):
        if row + AHEAD < stop:
            ahead = order[row + AHEAD]
            table = table_of(edges, ahead)
            prefetch(tables[table], ahead - edges[table])
        table = table_of(edges, order[row])
        customer = tables[table][order[row] - edges[table]]
        sums[0][row] = customer.first
        sums[1][row] = customer.last
        sums[2][row] = customer.lines
        sums[3][row] = customer.purchases
        sums[4][row] = customer.gross
        sums[5][row] = customer.refunds
        sums[6][row] = customer.recent
        sums[7][row] = customer.previous


@compiled
def read_extra(
    tables: tuple[Records, ...], edges: Int64s, order: Int64s, start: int, stop: int, sums: tuple[Int64s, ...]
) -> None:
    """Write the further sums of customers, `EXTRA` each, as `read_states`."""
    for row in range(start, stop):
        table = table_of(edges, order[row])
        customer = tables[table][order[row] - edges[table]]
        sums[0][row] = customer.cost
        sums[1][row] = customer.cost_missing
        sums[2][row] = customer.discount
        sums[3][row] = customer.discounted


@compiled
def partition_pairs(
    codes: UInt32s,
    low: UInt64s,
    high: UInt64s,
    mask: np.uint32,
    starts: Int64s,
    out_codes: UInt32s,
    out_low: UInt64s,
    out_high: UInt64s,
) -> None:
    """
    Sort pairs by the part of the customers that they belong to; the order within a part is kept.

    Args:
        codes: uint32 (pairs,).
        low: uint64 (pairs,).
        high: uint64 (pairs,) or (0,).
        mask: part = code & mask; one less than the number of parts, a power of two.
        starts: int64 (parts + 1,), written: where each part begins.
        out_codes: as codes, written.
        out_low: as low, written.
        out_high: as high, written.
    """
    wide = high.size > 0
    parts = starts.size - 1
    counts = np.zeros(parts, dtype=np.int64)
    for pair in range(codes.size):
        counts[codes[pair] & mask] += 1
    starts[0] = 0
    for part in range(parts):
        starts[part + 1] = starts[part] + counts[part]
        counts[part] = starts[part]
    for pair in range(codes.size):
        part = codes[pair] & mask
        target = counts[part]
        counts[part] = target + 1
        out_codes[target] = codes[pair]
        out_low[target] = low[pair]
        if wide:
            out_high[target] = high[pair]


@compiled
def keep_distinct(codes: UInt32s, low: UInt64s, high: UInt64s, slots: UInt32s, shift: np.uint64) -> int:
    """
    Move the distinct pairs to the front, in order of first appearance.

    Args:
        codes: uint32 (pairs,), changed.
        low: uint64 (pairs,), changed.
        high: uint64 (pairs,) or (0,), changed.
        slots: uint32 (2**k,) zeros, more than `pairs`.
        shift: uint64, 64 - k.

    Returns:
        The number of distinct pairs.
    """
    wide = high.size > 0
    mask = np.uint64(slots.size - 1)
    kept = 0
    for pair in range(codes.size):
        code = codes[pair]
        word_low = low[pair]
        word_high = high[pair] if wide else np.uint64(0)
        position = mix(word_low ^ (np.uint64(code) << np.uint64(32)), word_high + np.uint64(code)) >> shift
        while True:
            slot = slots[position]
            if slot == 0:
                codes[kept] = code
                low[kept] = word_low
                if wide:
                    high[kept] = word_high
                kept += 1
                slots[position] = kept
                break
            other = slot - 1
            if codes[other] == code and low[other] == word_low and (not wide or high[other] == word_high):
                break
            position = (position + np.uint64(1)) & mask
    return kept


@compiled
def list_pairs(
    codes: Int64s,
    amounts: Int64s,
    item_low: UInt64s,
    item_high: UInt64s,
    item_known: Bools,
    ignore_zero: bool,
    pairs: tuple[UInt32s, UInt64s, UInt64s],
) -> int:
    """
    List (customer, item) of every purchase, to be made distinct later.

    Args:
        codes: int64 (rows,).
        amounts: int64 (rows,), 1/10,000 units.
        item_low: uint64 (rows,), low words of the item keys.
        item_high: uint64 (rows,) or (0,).
        item_known: bool (rows,), false where the item is blank; length zero where all are known.
        ignore_zero: whether a line of amount zero is no purchase.
        pairs: as in `accumulate`.

    Returns:
        Pairs written.
    """
    pair_codes, pair_low, pair_high = pairs
    wide = item_high.size > 0
    some_blank = item_known.size > 0
    written = 0
    for row in range(codes.size):
        if amounts[row] < 0 or (amounts[row] == 0 and ignore_zero) or (some_blank and not item_known[row]):
            continue
        pair_codes[written] = codes[row]
        pair_low[written] = item_low[row]
        if wide:
            pair_high[written] = item_high[row]
        written += 1
    return written


@compiled
def count_codes(codes: UInt32s, counts: Int64s) -> None:
    """Count each code into `counts`, int64 (customers,)."""
    for pair in range(codes.size):
        counts[codes[pair]] += 1
