"""
How values stand in JSON: a form writes a value and reads it back, so that what is written once need not be told a second time.

Reading raises `KeyError` where a part is missing, `TypeError` where it is of another type, and `ValueError` where it can't be.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from patron.core.money import UNIT, to_text


@attrs.frozen
class Form:
    """
    One way of writing.

    Attributes:
        write: turns a value into what `json.dumps` takes.
        read: turns that back into an equal value.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _money(text: str) -> int:
    count = Decimal(text) * UNIT
    if count != int(count):
        raise ValueError(f"{text} has more than four decimal places")
    return int(count)


TEXT = Form(_same, str)
COUNT = Form(_same, int)
NUMBER = Form(_same, float)
DAY = Form(date.isoformat, date.fromisoformat)
"""ISO text."""
MONEY = Form(to_text, _money)
"""Exact decimal text of a count of 1/10,000."""


def optional(form: Form) -> Form:
    """Return the form of a value that may be None, which is null."""
    return Form(
        lambda value: None if value is None else form.write(value), lambda data: None if data is None else form.read(data)
    )


def several(form: Form) -> Form:
    """Return the form of a tuple of values, which is a list."""
    return Form(lambda values: [form.write(value) for value in values], lambda data: tuple(form.read(each) for each in data))


def named(form: Form) -> Form:
    """Return the form of a mapping of names to values, which is an object."""
    return Form(
        lambda values: {name: form.write(value) for name, value in values.items()},
        lambda data: {str(name): form.read(each) for name, each in data.items()},
    )


def record(kind: Callable[..., Any], **forms: Form) -> Form:
    """Return the form of a record, which is an object with the fields named."""
    return Form(lambda value: written(value, forms), lambda data: kind(**parts(data, forms)))


def written(value: object, forms: Mapping[str, Form]) -> dict[str, Any]:
    """Return the fields of a record that *forms* names, as JSON has them."""
    return {name: form.write(getattr(value, name)) for name, form in forms.items()}


def parts(data: Mapping[str, Any], forms: Mapping[str, Form]) -> dict[str, Any]:
    """Return the fields that `written` wrote, to make a record of."""
    return {name: form.read(data[name]) for name, form in forms.items()}
