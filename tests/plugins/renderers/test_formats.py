"""How values are written for the eye."""

from datetime import date
from decimal import Decimal

import pytest

from patron.core.records import Basis, Format
from patron.plugins.renderers.formats import basis_line, formula, show


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (None, Format.MONEY, "–"),
        (1234567, Format.COUNT, "1,234,567"),
        (Decimal("-1234.5678"), Format.MONEY, "-1,234.57"),
        (Decimal("0.005"), Format.MONEY, "0.00"),
        (Decimal("0.015"), Format.MONEY, "0.02"),
        (Decimal("-0.0001"), Format.MONEY, "0.00"),
        (Decimal("922337203685477.5807"), Format.MONEY, "922,337,203,685,477.58"),
        (0.61536, Format.SHARE, "61.5%"),
        (1.2, Format.SHARE, "120.0%"),
        (0.0, Format.SHARE, "0.0%"),
        (0.0004, Format.SHARE, "<0.1%"),
        (-0.0004, Format.SHARE, ">-0.1%"),
        (-0.0, Format.SHARE, "0.0%"),
        (-0.001, Format.NUMBER, "0.00"),
        (3.14159, Format.NUMBER, "3.14"),
        (12345, Format.NUMBER, "12,345"),
        (0, Format.MINUTES, "0 min"),
        (0.4, Format.MINUTES, "<1 min"),
        (59.4, Format.MINUTES, "59 min"),
        (59.8, Format.MINUTES, "1 h"),
        (759.8, Format.MINUTES, "12 h 40 min"),
        (2880.0, Format.MINUTES, "2 d"),
        (-4501, Format.MINUTES, "-3 d 3 h"),
        (date(2026, 1, 1), Format.DATE, "2026-01-01"),
        ("words", Format.COUNT, "words"),
    ],
)
def test_values(value, form, expected) -> None:
    assert expected == show(value, form)


def test_a_basis_in_one_line() -> None:
    assert "a ÷ b · 2025" == basis_line(Basis(numerator="a", denominator="b", period="2025"))
    assert "a · 2025" == basis_line(Basis(numerator="a", period="2025"))
    assert "a" == formula(Basis(numerator="a"))
