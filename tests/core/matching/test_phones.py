"""How two phone numbers differ, and what a masked number may be."""

import pytest

from patron.core.matching.phones import is_series, may_be


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("+8613800138000", "+8613800138001", True),
        ("+8613800138000", "+8613800138012", True),
        ("+8613800138000", "+8613800138100", True),
        ("+8613800138012", "+8613800138021", False),
        ("+8613800138000", "+8613900138000", False),
        ("+8613800138000", "+8613800139001", False),
        ("+8613800138000", "+8613800138123", False),
        ("+8613800138000", "+861380013800", False),
    ],
    ids=["next", "two digits", "hundreds", "transposed", "in front", "too far", "three digits", "too short"],
)
def test_numbers_of_a_company_differ_in_their_last_digits(one: str, other: str, found: bool) -> None:
    assert found is is_series(one, other) is is_series(other, one)


@pytest.mark.parametrize(
    ("masked", "other", "found"),
    [
        ("138****8000", "+8613800138000", True),
        ("+86138****8000", "+8613800138000", True),
        ("138****8000", "+8613900139000", False),
        ("138****8000", "+8613800138001", False),
        ("****8000", "+8613900138000", True),
        ("138****8000", "+86138****8000", True),
        ("138****8000", "139****8000", False),
        ("138****8000", "138****9000", False),
    ],
)
def test_a_masked_number_is_none_that_its_digits_contradict(masked: str, other: str, found: bool) -> None:
    assert found is may_be(masked, other) is may_be(other, masked)
