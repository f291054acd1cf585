"""
How values are written for the eye; both languages write numbers and days alike.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from patron import Basis, Cell, Format

NOTHING = "–"
_CENT = Decimal("0.01")
_HOUR, _DAY = 60, 24
_FEW_HOURS = 48
"""Hours from which minutes say nothing any more."""


def show(value: Cell, form: Format) -> str:
    """
    Return *value* as text.

    Money is rounded to two places, half to even; a share is given in percent with one place, and one that is too small to show
    as "<0.1%" or ">-0.1%", so that little does not look like nothing; nothing is ever less than zero. A length of time is given
    in the signs that all languages have for days, hours and minutes: "12 h 40 min".
    """
    if value is None:
        return NOTHING
    if isinstance(value, str | date):
        return str(value)
    return _SHOWN[form](value)


def is_number(form: Format) -> bool:
    """Say whether values of this format are numbers and stand to the right."""
    return form not in (Format.TEXT, Format.DATE)


def formula(basis: Basis) -> str:
    """Return numerator ÷ denominator in words."""
    return f"{basis.numerator} ÷ {basis.denominator}" if basis.denominator else basis.numerator


def basis_line(basis: Basis) -> str:
    """Return the whole basis in one line: numerator ÷ denominator · period."""
    return " · ".join(part for part in (formula(basis), basis.period) if part)


def _money(value: float | Decimal) -> str:
    # Adding zero takes the sign off a negative amount that rounds to nothing.
    return f"{Decimal(value).quantize(_CENT, ROUND_HALF_EVEN) + 0:,f}"


def _number(value: float | Decimal) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:z,.2f}"


def _percent(value: float | Decimal) -> str:
    share = float(value)
    if 0 < abs(share) < 0.0005:
        return "<0.1%" if share > 0 else ">-0.1%"
    return f"{share:z,.1%}"


def _minutes(value: float | Decimal) -> str:
    whole = round(value)
    if abs(whole) < _HOUR:
        return f"{whole} min" if whole or not value else "<1 min"
    sign, (hours, minutes) = "-" if whole < 0 else "", divmod(abs(whole), _HOUR)
    if hours < _FEW_HOURS:
        return f"{sign}{hours:,} h {minutes} min" if minutes else f"{sign}{hours:,} h"
    days, hours = divmod(round(abs(whole) / _HOUR), _DAY)
    return f"{sign}{days:,} d {hours} h" if hours else f"{sign}{days:,} d"


def _count(value: float | Decimal) -> str:
    return f"{value:z,.0f}"


_SHOWN: dict[Format, Callable[[float | Decimal], str]] = {
    Format.TEXT: str,
    Format.COUNT: _count,
    Format.MONEY: _money,
    Format.SHARE: _percent,
    Format.NUMBER: _number,
    Format.MINUTES: _minutes,
    Format.DATE: str,
}
