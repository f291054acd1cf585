"""Values of settings as typed values, or a complaint that says what was expected."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.config.values import from_text, structure
from patron.core.errors import ConfigurationError


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (3, int, 3),
        (3, float, 3.0),
        (Decimal("0.1"), float, 0.1),
        (Decimal("0.1"), Decimal, Decimal("0.1")),
        (3, Decimal, Decimal(3)),
        ("a", str, "a"),
        (True, bool, True),
        (3, int | None, 3),
        ("red", Colour, Colour.RED),
        ("a", Literal["a", "b"], "a"),
        ([1, 2], tuple[int, ...], (1, 2)),
        ([1, "a"], tuple[int, str], (1, "a")),
        ([], tuple[int, ...], ()),
    ],
)
def test_values_fit(value, kind, expected):
    found = structure(value, kind, key="k", where="w")

    assert expected == found
    assert type(expected) is type(found)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ("3", int, "whole"),
        (Decimal(3), int, "whole"),
        (True, int, "whole"),
        (True, float, "number"),
        ("x", float, "number"),
        (Decimal("nan"), float, "number"),
        (Decimal("inf"), Decimal, "number"),
        (1, bool, "truth"),
        (1, str, "text"),
        ("blue", Colour, "choice"),
        ([], Literal["a"], "choice"),
        ("ab", tuple[str, ...], "list"),
        ([1], tuple[int, int], "length"),
        (["a"], tuple[int, ...], "whole"),
    ],
)
def test_values_that_do_not_fit_are_refused(value, kind, message):
    with pytest.raises(ConfigurationError) as caught:
        structure(value, kind, key="score.key", where="patron.toml:7")

    assert f"config.expected_{message}" == caught.value.key
    assert "patron.toml:7" in str(caught.value)
    assert "score.key" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("3", int, 3),
        ("x", int, "x"),
        ("0.10", Decimal, Decimal("0.10")),
        ("Yes", bool, True),
        ("off", bool, False),
        ("maybe", bool, "maybe"),
        ("a, b,", tuple[str, ...], ["a", "b"]),
        ("1,2", tuple[int, ...], [1, 2]),
        ("", tuple[str, ...], []),
    ],
)
def test_text_of_variables_is_read_as_toml_would(text, kind, expected):
    assert expected == from_text(text, kind)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(), st.text(), st.lists(st.integers()), st.dates()))
def test_structure_returns_the_type_or_refuses(value):
    """Whatever TOML can say is either of the type that was asked for or refused; nothing else happens."""
    for kind in (int, float, str, bool, Decimal):
        try:
            assert type(structure(value, kind, key="k", where="w")) is kind
        except ConfigurationError:
            continue
