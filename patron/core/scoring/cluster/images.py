"""
Buckets of customers as bytes, so that what one worker added up can be merged by another.

A file holds the buckets of a group of lines, one behind the other, each as plain arrays (NumPy's own format, nothing that could
be executed), and at its end where each begins. A worker that merges a bucket reads its part of every file and nothing else.
"""

from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np

from patron.core.scoring.buckets import Bucket
from patron.core.scoring.cluster.arrays import AnyArray, Segment, load_arrays, save_arrays
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.distinct import DistinctPairs, joined_pairs
from patron.kernel.aggregate import CompiledSums, Pairs, Rules, distinct_pairs
from patron.kernel.keys import Keys, LongTexts

_NONE = np.empty(0, np.uint8)


def write_buckets(buckets: Sequence[Bucket], storage: Storage, name: str) -> list[int]:
    """
    Write buckets, which can't be used afterwards, and return where each begins and the last one ends.

    Raises:
        OutputError: they can't be written.
    """
    places = [0]
    with storage.writing(name) as file:
        for bucket in buckets:
            places.append(places[-1] + save_arrays(_arrays(bucket), file))
    return places


def read_bucket(storage: Storage, segment: Segment, rules: Rules, stack: ExitStack) -> Bucket:
    """Return a bucket of a file, to be merged into another."""
    return _bucket(load_arrays(storage.read(*segment)), rules, stack)


def _arrays(bucket: Bucket) -> list[AnyArray]:
    state, extra = bucket.sums.known()
    arrays = [
        np.array([bucket.with_products, bucket.without_order, extra is not None], np.int64),
        *bucket.sums.keys(),
        state,
        _NONE if extra is None else extra,
    ]
    for texts in (bucket.customers, bucket.order_texts, bucket.product_texts):
        arrays += texts.arrays()
    for pairs in (bucket.orders, bucket.products):
        joined = joined_pairs([distinct_pairs(part) for part in pairs.drain()])
        arrays += [joined.codes, *joined.keys]
    return arrays


def _bucket(arrays: list[AnyArray], rules: Rules, stack: ExitStack) -> Bucket:
    notes, low, high, state, extra = arrays[:5]
    with_products, without_order, with_extra = notes.tolist()
    bucket = Bucket(CompiledSums.of(rules, Keys(low, high), state, extra if with_extra else None), stack)
    bucket.with_products, bucket.without_order = bool(with_products), without_order
    bucket.customers, bucket.order_texts, bucket.product_texts = (LongTexts.of(*arrays[at : at + 3]) for at in (5, 8, 11))
    for held, at in ((bucket.orders, 14), (bucket.products, 17)):
        _fill(held, Pairs(arrays[at], Keys(arrays[at + 1], arrays[at + 2])))
    return bucket


def _fill(held: DistinctPairs, pairs: Pairs) -> None:
    if len(pairs.codes):
        held.add(pairs, _UNLIMITED)


_UNLIMITED = 2**62
"""Bytes that pairs may hold which are in memory anyway."""
