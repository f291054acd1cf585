"""The digest of an input: the same for the same customers, however they are cut up and ordered; another for any other."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.digest import part_digest

LONG = "an id of more than eight bytes"


def table(ids: list[str] | list[int], monetary: list[int], missing: list[bool] | None = None) -> FeatureTable:
    known = pa.array(ids, pa.large_string()) if ids and isinstance(ids[0], str) else np.array(ids, np.int64)
    marks = None if missing is None else np.array(missing, np.bool_)
    columns = {
        "monetary": Column(np.array(monetary, np.int64), Kind.MONEY),
        "margin": Column(np.array(monetary, np.int64), Kind.MONEY, marks),
    }
    return FeatureTable(ids=known, columns=columns, as_of=date(2026, 1, 1))


customers = st.lists(
    st.tuples(st.sampled_from(["", "a", "12345678", LONG, LONG + "2"]), st.integers(-5, 5), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(customers, st.data())
@settings(max_examples=60, deadline=None)
def test_parts_in_any_order_have_the_digest_of_the_whole(rows: list[tuple[str, int, bool]], data: st.DataObject) -> None:
    """Digests of parts merge: neither the cut nor the order of customers shows."""
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows) - 1))
    first, second = (table(*map(list, zip(*part, strict=True))) for part in (shuffled[: cut + 1], shuffled[cut:]))
    whole = part_digest(table(*map(list, zip(*[*rows, shuffled[cut]], strict=True))))
    assert part_digest(first).merge(part_digest(second)).finish() == whole.finish()


@pytest.mark.parametrize(
    "other",
    [
        table(["a", LONG + "2"], [1, 2]),
        table(["a", LONG[:-1]], [1, 2]),
        table(["a", LONG], [1, 3]),
        table(["a", LONG], [2, 1]),
        table(["a", LONG], [1, 2], [False, True]),
        table(["a", LONG, ""], [1, 2, 0]),
        table([1, 2], [1, 2]),
    ],
    ids=["id", "shorter", "figure", "exchanged", "missing", "more", "integers"],
)
def test_any_other_customer_makes_another(other: FeatureTable) -> None:
    assert part_digest(table(["a", LONG], [1, 2])).finish() != part_digest(other).finish()


def test_a_slice_of_texts_is_what_it_shows() -> None:
    """Arrow hands out parts of larger arrays; what stands around them doesn't count."""
    whole = table(["x", "a", LONG], [0, 1, 2])
    columns = table(["a", LONG], [1, 2]).columns
    part = FeatureTable(ids=whole.ids[1:], columns=columns, as_of=whole.as_of)
    assert part_digest(part) == part_digest(table(["a", LONG], [1, 2]))
