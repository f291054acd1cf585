"""The days a report speaks about: as people write them, cut by the calendar, said in words."""

from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import testing
from patron.core.errors import UsageError
from patron.core.i18n import CORE, Translator
from patron.core.report.period import UNITS, Period, describe_period, name_of_part, read_period

TODAY = date(2026, 3, 17)


def read(**said: str) -> tuple[str, str]:
    period = read_period(TODAY, "Asia/Shanghai", **said)
    return period.first.isoformat(), period.last.isoformat()


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({}, "2025-04-01", "2026-03-17"),
        ({"named": "2024"}, "2024-01-01", "2024-12-31"),
        ({"named": "2024-02"}, "2024-02-01", "2024-02-29"),
        ({"named": "2025-q4"}, "2025-10-01", "2025-12-31"),
        ({"first": "2026-01-05"}, "2026-01-05", "2026-03-17"),
        ({"first": "2026-01-05", "last": "2026-01-05"}, "2026-01-05", "2026-01-05"),
        ({"latest": "1d"}, "2026-03-17", "2026-03-17"),
        ({"latest": "2w"}, "2026-03-09", "2026-03-17"),
        ({"latest": "3m"}, "2026-01-01", "2026-03-17"),
        ({"latest": "2Q"}, "2025-10-01", "2026-03-17"),
        ({"latest": "1y"}, "2026-01-01", "2026-03-17"),
    ],
)
def test_a_period_is_read(said, first, last):
    assert (first, last) == read(**said)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"named": "2026-13"}, "no period"),
        ({"named": "0000"}, "no period"),
        ({"named": "last year"}, "no period"),
        ({"latest": "12"}, "no length of time"),
        ({"latest": "0m"}, "no length of time"),
        ({"latest": "9999y"}, "no length of time"),
        ({"first": "1.1.2026"}, "no day"),
        ({"first": "0001-01-01"}, "no day"),
        ({"last": "2026-01-01"}, "--from"),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "before it begins"),
        ({"named": "2026", "latest": "3m"}, "two ways"),
    ],
)
def test_what_is_no_period_is_said(said, words):
    with pytest.raises(UsageError, match=words):
        read(**said)


def test_it_begins_and_ends_with_days_of_the_zone():
    period = Period(date(2026, 1, 1), date(2026, 1, 31), "Asia/Shanghai")

    assert datetime(2025, 12, 31, 16, tzinfo=UTC) == period.begin
    assert datetime(2026, 1, 31, 16, tzinfo=UTC) == period.end


@given(first=st.dates(date(1990, 1, 1), date(2090, 1, 1)), days=st.integers(0, 300), unit=st.sampled_from(UNITS))
@settings(max_examples=60)
def test_cuts_are_whole_and_in_order(first, days, unit):
    """They begin with the period, end behind it, and each but the first begins a part of the calendar."""
    period = Period(first, date.fromordinal(first.toordinal() + days), "UTC")
    cuts = period.cut(unit)

    assert first == cuts[0]
    assert period.last.toordinal() + 1 == cuts[-1].toordinal()
    assert list(cuts) == sorted(set(cuts))
    assert len({name_of_part(day, unit) for day in cuts[:-1]}) == len(cuts) - 1


def test_too_many_cuts_are_refused():
    with pytest.raises(UsageError, match="more than 400"):
        Period(date(2000, 1, 1), date(2026, 1, 1), "UTC").cut("day")


def test_first_and_last_purchase_and_the_day_of_the_run() -> None:
    assert "2023-02-01 to 2025-12-30, as of 2025-12-31 (UTC)" == describe_period(testing.sample_run(), Translator("en", CORE))


def test_without_purchases_only_the_day_of_the_run() -> None:
    run = attrs.evolve(testing.sample_run(), first_day=None, last_day=None)

    assert "截至 2025-12-31（UTC）" == describe_period(run, Translator("zh", CORE))
