"""
Money: an exact integer count of 1/10,000 of the ledger currency inside, `Decimal` at the edges.
"""

from decimal import Decimal

SCALE = 4
"""Decimal places kept."""

UNIT = 10**SCALE
"""How many counts make one unit of the ledger currency."""

LARGEST = 2**63 - 1
"""The largest count that store and kernel can hold."""


def to_decimal(count: int) -> Decimal:
    """Return *count* (1/10,000 units) as an exact decimal with at least two places: 25000 → `Decimal("2.50")`."""
    sign, digits = ("-" if count < 0 else ""), f"{abs(count):0{SCALE + 1}d}"
    places = digits[-SCALE:].rstrip("0").ljust(2, "0")
    return Decimal(f"{sign}{digits[:-SCALE]}.{places}")


def to_text(count: int) -> str:
    """Return *count* (1/10,000 units) as plain decimal text, exact, with at least two places: 25000 → "2.50"."""
    return format(to_decimal(count), "f")
