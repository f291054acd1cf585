"""Ids as keys: equal texts have equal keys, and come back as they were."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.keys import SHORT, LongTexts, integer_keys, text_order

texts = st.lists(st.text(max_size=20) | st.text(st.sampled_from("ab"), min_size=14, max_size=40), max_size=30)


def buffers(words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    encoded = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    return offsets, np.frombuffer(b"".join(encoded), np.uint8)


@given(texts, texts)
def test_keys_are_equal_exactly_when_texts_are(first: list[str], second: list[str]) -> None:
    """Over batches too: a text has one key wherever it comes, and no other text has it."""
    known = LongTexts()
    keys = [known.keys(*buffers(words)) for words in (first, second)]
    pairs = [
        *zip(keys[0].low.tolist(), keys[0].high.tolist(), strict=True),
        *zip(keys[1].low.tolist(), keys[1].high.tolist(), strict=True),
    ]
    words = [*first, *second]
    assert len(set(pairs)) == len(set(words)) == len(set(zip(pairs, words, strict=True)))


@given(texts, texts)
def test_texts_come_back(first: list[str], second: list[str]) -> None:
    """Short, long and empty texts of any script are given back byte by byte."""
    known = LongTexts()
    known.keys(*buffers(first))
    offsets, data = known.texts(known.keys(*buffers(second)))
    edges = offsets.tolist()
    assert [bytes(data[start:stop]).decode() for start, stop in itertools.pairwise(edges)] == second


def test_many_long_texts_outgrow_every_table() -> None:
    """Ten thousand different long ids, given twice, are ten thousand keys."""
    known = LongTexts()
    words = [f"an id of more than fifteen bytes, number {number}" for number in range(10_000)]
    for _ in range(2):
        for start in range(0, len(words), 1_000):
            keys = known.keys(*buffers(words[start : start + 1_000]))
    assert known.count == 10_000
    assert len(set(keys.high.tolist())) == 1_000


def test_integers_are_their_own_keys() -> None:
    """Every 64-bit integer, also from an array that can't be written to, keeps its bits."""
    values = np.array([0, -1, 2**63 - 1, -(2**63)], np.int64)
    values.flags.writeable = False
    assert integer_keys(values).low.view(np.int64).tolist() == values.tolist()
    assert len(integer_keys(values).high) == 0


@given(st.lists(st.text(max_size=16), max_size=40, unique=True))
def test_order_of_keys_is_that_of_the_bytes(words: list[str]) -> None:
    """Sorting the keys of short texts sorts the texts; a long one among them makes the keys say nothing."""
    order = text_order(LongTexts().keys(*buffers(words)))
    if any(len(word.encode()) > SHORT for word in words):
        assert order is None
    else:
        assert order is not None
        assert [words[place] for place in order.tolist()] == sorted(words, key=str.encode)
