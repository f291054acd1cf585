"""
Values as files write them.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from patron.core.exchange.cells import CellReader, text_of
from patron.core.nouns import FieldError, Vocabulary

VOCABULARY = Vocabulary()


@pytest.fixture(name="read")
def _read():
    reader = CellReader(VOCABULARY, "Asia/Shanghai", "CNY")
    return lambda noun, field, cell: reader.value(VOCABULARY.field(noun, field), cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.50", "1234.50"),
        ("¥1234.5", "1234.5"),
        ("1234.5元", "1234.5"),
        ("１２３４.５", "1234.5"),
        ("(12.50)", "-12.50"),
        ("1.38E10", "13800000000"),
        (0.1, "0.1"),
        (1234, "1234"),
        ("-5", "-5"),
    ],
)
def test_money_is_exact(read, cell: object, value: str) -> None:
    assert Decimal(value) == read("order_line", "amount", cell)


@pytest.mark.parametrize("cell", ["$5", "5 USD", "12,50", "1.23456", "much", float("nan"), "1e30"])
def test_what_is_no_amount_of_the_ledger_is_refused(read, cell: object) -> None:
    with pytest.raises(FieldError):
        read("order_line", "amount", cell)


@pytest.mark.parametrize(
    ("cell", "code"), [("store", "store"), ("店面", "store"), ("Web Shop", "webshop"), ("市场活动", "market_event")]
)
def test_codes_are_known_by_themselves_and_by_their_words(read, cell: str, code: str) -> None:
    assert code == read("lead", "source", cell)


def test_times_without_a_zone_are_of_ours(read) -> None:
    assert datetime(2026, 3, 2, 6, 30, tzinfo=UTC) == read("lead", "filed_at", "2026/3/2 14:30")
    assert datetime(2026, 3, 1, 16, tzinfo=UTC) == read("lead", "filed_at", "2026年3月2日")


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2026-03-29 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026年3月29日 2:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # noqa: DTZ001  # as a workbook has it
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, fold=1), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # noqa: DTZ001
        ("2026-10-25 02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_f13_cells_follow_the_rule_of_the_wall(cell: object, instant: datetime) -> None:
    reader = CellReader(VOCABULARY, "Europe/Berlin", "EUR")
    assert instant == reader.value(VOCABULARY.field("lead", "filed_at"), cell)


@pytest.mark.parametrize(
    ("noun", "field", "cell"),
    [("lead", "filed_at", "0001-01-01"), ("lead", "filed_at", "0001/1/1"), ("spend", "on", "9999-12-31 23:00Z")],
)
def test_times_beyond_all_calendars_are_refused(read, noun: str, field: str, cell: str) -> None:
    with pytest.raises(FieldError):
        read(noun, field, cell)


@pytest.mark.parametrize(("cell", "value"), [("是", True), ("no", False), (True, True), (1.0, True)])
def test_yes_and_no(read, cell: object, value: bool) -> None:
    assert value is read("interaction", "effective", cell)


def test_percent_signs_are_no_hindrance(read) -> None:
    assert 40 == read("lead", "likelihood", "40%")


def test_nothing_is_nothing(read) -> None:
    assert (None, None, ()) == (read("lead", "likelihood", " "), read("lead", "subject", None), read("lead", "interests", ""))


@pytest.mark.parametrize(("cell", "text"), [(13800138000.0, "13800138000"), (1.5, "1.5"), (7, "7"), (None, ""), (True, "True")])
def test_numbers_become_text_without_a_trace(cell: object, text: str) -> None:
    assert text == text_of(cell)


def test_a_number_beyond_what_a_cell_keeps_is_no_text() -> None:
    with pytest.raises(FieldError):
        text_of(6222020200112233445.0)


def test_a_complaint_is_remembered_as_a_value_is(read) -> None:
    for _ in range(2):
        with pytest.raises(FieldError):
            read("lead", "source", "pigeon")


@pytest.mark.parametrize(("cell", "value"), [("40%", 40), ("４０％", 40), ("40", 40), (40.0, 40), ("100%", 100)])
def test_likelihood_is_in_percent(read, cell: object, value: int) -> None:
    assert value == read("lead", "likelihood", cell)


@pytest.mark.parametrize("cell", [0.4, "0.4"])
def test_a_fraction_of_a_hundred_says_what_to_write(read, cell: object) -> None:
    with pytest.raises(FieldError, match="Write 40 for 40%"):
        read("lead", "likelihood", cell)
