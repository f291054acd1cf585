"""Ids of any type: one customer stays one, however the column is cut into pieces and files."""

import math
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.app import App
from patron.core.errors import InputError
from patron.core.scoring import ScoreCommand, reading, score
from patron.core.scoring.id_columns import are_integers, may_become_integers, read_ids
from patron.core.scoring.identities import blank, integers_if_possible
from patron.core.scoring.source import SourceBatch

WHOLE = [0, 1, 7, 10, 100, 123456789012, 2**53]
NUMBERS = [*WHOLE, -7, 0.5, 2.25, 1e10, 12345678901.5, 1e22, -0.0, math.nan, math.inf, None]


def batch(values: pa.Array) -> SourceBatch:
    return SourceBatch(file="in.parquet", first_row=0, rows=len(values), columns={"id": values})


def texts(values: pa.Array) -> list[str | None]:
    return read_ids(batch(values), "id", text=True).to_pylist()


def customers(files: list[pa.Array], cut: int) -> tuple[pa.DataType, set]:
    """Return the type and the ids of the customers of files that are read in pieces of *cut* rows."""
    kinds = [None if pa.types.is_string(file.type) else file.type for file in files]
    text = not are_integers(kinds)
    found: set = set()
    for file in files:
        for start in range(0, len(file), cut):
            ids = read_ids(batch(file.slice(start, cut)), "id", text=text)
            found.update(ids.filter(pa.array(~blank(ids))).to_pylist())
    ids = pa.array(sorted(found), pa.large_string() if text else pa.int64())
    final = integers_if_possible(ids) if text and may_become_integers(kinds) else ids
    return final.type, set(final.to_pylist())


def expected_of(values: list) -> set:
    """Write down the ids of numbers the slow way."""
    there = [value for value in values if value is not None and math.isfinite(value)]
    found = {format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f") for value in there}
    found = {
        (one.rstrip("0").rstrip(".") if "." in one else one).replace("-0", "0") if Decimal(one) == 0 else one for one in found
    }
    found = {one.rstrip("0").rstrip(".") if "." in one else one for one in found}
    plain = all("." not in one and abs(int(one)) < 2**63 for one in found)
    return {int(one) for one in found} if plain else found


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(st.sampled_from(NUMBERS), max_size=12), min_size=1, max_size=3), st.data())
def test_numbers_are_the_same_customers_in_any_cut_and_type(files: list[list], data: st.DataObject) -> None:
    """Floats, decimals of any scale, integers and text files hold one set of ids, whatever the pieces."""
    arrays = []
    for values in files:
        whole = all(value is None or (not math.isnan(value) and value in WHOLE) for value in values)
        finite = all(value is None or math.isfinite(value) for value in values)
        kinds = ["double", *(["int64", "uint64", "text", "dictionary"] if whole else []), *(["decimal"] if finite else [])]
        kind = data.draw(st.sampled_from(kinds))
        if kind == "decimal":
            scale = data.draw(st.integers(2, 8))
            arrays.append(pa.array([value if value is None else Decimal(value) for value in values], pa.decimal256(60, scale)))
        elif kind == "text":
            arrays.append(pa.array(["" if value is None else str(int(value)) for value in values], pa.string()))
        else:
            array = pa.array(values, pa.float64())
            array = array if kind == "double" else array.cast(pa.uint64() if kind == "uint64" else pa.int64())
            arrays.append(array.dictionary_encode() if kind == "dictionary" else array)
    expected = expected_of([value for values in files for value in values])
    for cut in (1, 3, 100):
        kind, found = customers(arrays, cut)
        assert found == expected
        assert pa.types.is_integer(kind) or any(isinstance(one, str) for one in found) or not found


@settings(max_examples=60)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), max_size=20), st.sampled_from([4, 8]))
def test_floats_are_written_as_their_shortest_decimals(values: list, width: int) -> None:
    """However large or small, without exponents and trailing zeros."""
    kind = np.dtype(f"f{width}").type
    with np.errstate(over="ignore"):
        there = [None if value is None else kind(value) for value in values]
    expected = [
        None
        if value is None or not np.isfinite(value)
        else str(int(value))
        if value == np.rint(value)
        else np.format_float_positional(value, unique=True, trim="-")
        for value in there
    ]
    assert texts(pa.array(there, pa.float32() if width == 4 else pa.float64())) == expected


@settings(max_examples=60)
@given(st.integers(-3, 38), st.lists(st.integers(-(10**38), 10**38) | st.integers(-50, 50) | st.none(), max_size=20))
def test_decimals_are_written_without_exponents_and_trailing_zeros(scale: int, mantissas: list) -> None:
    values = [None if mantissa is None else Decimal(f"{mantissa}E{-scale}") for mantissa in mantissas]
    plain = [None if value is None else f"{value:f}" for value in values]
    expected = [text.rstrip("0").rstrip(".") if text and "." in text else text for text in plain]
    assert texts(pa.array(values, pa.decimal256(76, scale))) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1e10, 123456789012.0, math.nan, None, math.inf]), ["10000000000", "123456789012", None, None, None]),
        (
            pa.array([0.1, 1e-7, 12345678901.25, -0.0, 2.0**63]),
            ["0.1", "0.0000001", "12345678901.25", "0", "9223372036854775808"],
        ),
        (pa.array([0.1, 16777217.0, 3e10], pa.float32()), ["0.1", "16777216", "30000001024"]),
        (pa.array([np.float16(0.1), np.float16(2048)], pa.float16()), ["0.1", "2048"]),
        (pa.array([Decimal("1.00"), Decimal("1.50"), None], pa.decimal128(9, 2)), ["1", "1.5", None]),
        (pa.array([Decimal("1.00"), Decimal("0.05")], pa.decimal32(5, 2)), ["1", "0.05"]),
        (pa.array([Decimal(10) ** 20], pa.decimal128(38, 3)), ["100000000000000000000"]),
        (pa.array([2**63, 2**64 - 1, None], pa.uint64()), ["9223372036854775808", "18446744073709551615", None]),
        (pa.array([b"a", "é".encode(), None], pa.binary()), ["a", "é", None]),
        (pa.array(["a", None], pa.string_view()), ["a", None]),
        (pa.array([True, None, False]), ["true", None, "false"]),
        (pa.array([date(2025, 1, 10), None]), ["2025-01-10", None]),
        (pa.array([time(3, 4, 5, 600)], pa.time64("ns")), ["03:04:05.0006"]),
        (pa.array([timedelta(seconds=5)]), ["5000000"]),
        (pa.nulls(2), [None, None]),
        (pa.array([uuid.UUID(int=10).bytes, None], pa.uuid()), ["00000000-0000-0000-0000-00000000000a", None]),
        (pa.array([None], pa.uuid()), [None]),
        (pa.array(["a", "a", None]).dictionary_encode(), ["a", "a", None]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_every_type_has_one_text(values: pa.Array, expected: list[str | None]) -> None:
    """Whole numbers are plain digits, nothing has an exponent, and what is no number is missing."""
    assert texts(values) == expected
    assert [texts(values.slice(row, 1))[0] for row in range(len(values))] == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_moment_is_one_id_in_every_unit_and_zone(unit: str) -> None:
    """Trailing zeros of the unit do not count, and a time with a zone is its instant."""
    moment = datetime(2025, 1, 1, 10, 20, 30, tzinfo=UTC)
    assert texts(pa.array([moment.replace(tzinfo=None)], pa.timestamp(unit))) == ["2025-01-01 10:20:30"]
    for zone in ("UTC", "Asia/Shanghai"):
        assert texts(pa.array([moment.astimezone(timezone(timedelta(hours=8)))], pa.timestamp(unit, zone))) == [
            "2025-01-01 10:20:30Z"
        ]


def test_ids_that_cannot_be_written_are_refused_in_words() -> None:
    """Bytes that are no text, and types that are no id, name file and column."""
    for values in (pa.array([b"a", b"\xff"]), pa.array([(1, 2, 3)], pa.month_day_nano_interval())):
        with pytest.raises(InputError) as refused:
            texts(values)
        assert refused.value.details["file"] == "in.parquet"
        assert refused.value.details["column"] == "id"


def test_types_decide_once_for_all_files() -> None:
    """Integers within int64 stay integers; one file of another type makes the column text; a file without ids is neutral."""
    assert are_integers([pa.int32(), pa.uint32(), pa.null(), pa.dictionary(pa.int8(), pa.int64())])
    for other in (None, pa.uint64(), pa.float64(), pa.decimal128(9, 2), pa.string()):
        assert not are_integers([pa.int64(), other])
    assert may_become_integers([None, pa.uint64(), pa.float64(), pa.decimal128(9, 2), pa.null()])
    for other in (pa.string(), pa.bool_(), pa.date32()):
        assert not may_become_integers([None, other])


@pytest.mark.parametrize("order", [1, -1])
def test_one_missing_id_does_not_split_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: int) -> None:
    """A large float id with a NaN in one of many pieces, and the same id in files of other types, is one customer, an integer."""
    monkeypatch.setattr(reading, "PIECE_ROWS", 64)
    files = {
        "floats": pa.array([123456789012.0] * 300 + [math.nan]),
        "decimals": pa.array([Decimal("123456789012.00"), Decimal("5.00")]),
        "integers": pa.array([123456789012, 5]),
        "unsigned": pa.array([123456789012, 5], pa.uint64()),
    }
    for name, ids in files.items():
        table = pa.table({"who": ids, "when": pa.array([date(2025, 1, 1)] * len(ids)), "money": pa.array([1] * len(ids))})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    (tmp_path / "text.csv").write_text("who,when,money\n123456789012,2025-01-01,1\n5,2025-01-01,1\n")
    inputs = sorted(tmp_path.iterdir())[::order]
    command = ScoreCommand(
        inputs=tuple(inputs), customer="who", time="when", amount="money", order="who", as_of=date(2025, 12, 31)
    )
    with App.open().session() as session:
        scores = score(session, command)
    assert [(row["customer"], row["lines"], row["orders"]) for row in scores.table().to_pylist()] == [
        (123456789012, 304, 1),
        (5, 4, 1),
    ]
    assert scores.run.rows.skipped["missing_customer"].count == 1
