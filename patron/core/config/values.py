"""
Values of settings: from what TOML or a variable says to what the code wants, or a complaint that says what was expected.
"""

import types
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from patron.core.config.source import variable_of
from patron.core.errors import ConfigurationError
from patron.core.names import listed, shorten

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def structure(value: object, kind: Any, *, key: str, where: str) -> Any:
    """
    Return a value of TOML as a value of the type *kind*.

    Args:
        value: as parsed; numbers with a point are `Decimal`.
        kind: `int`, `float`, `str`, `bool`, `Decimal`, an enum, `Literal`, `tuple` of these, or one of them `| None`.
        key: the key's full name, for the complaint.
        where: where it stands, for the complaint.

    Raises:
        ConfigurationError: the value is not of that type; a number is never cut, nor text taken for a number.
    """
    kind = _required(kind)
    if get_origin(kind) is tuple:
        return _structure_tuple(value, get_args(kind), key=key, where=where)
    choices = _choices(kind)
    if choices:
        if isinstance(value, str | int) and value in choices:
            return choices[value]
        raise refusal("choice", value, key, where, choices=listed(sorted(map(str, choices))))
    if type(value) is kind and kind in (bool, str, int):  # to Python a bool is an int; to a person it is not
        return value
    if kind in (float, Decimal) and type(value) in (int, Decimal) and Decimal(value).is_finite():  # type: ignore[arg-type]
        return kind(value)
    message = {bool: "truth", str: "text", int: "whole", float: "number", Decimal: "number"}[kind]
    raise refusal(message, value, key, where)


def from_text(text: str, kind: Any) -> object:
    """Return what TOML would have said for the text of a variable; a list is separated by commas. Text that doesn't fit stays."""
    kind = _required(kind)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return [from_text(part.strip(), inner) for part in text.split(",") if part.strip()]
    if kind is bool:
        return _WORDS.get(text.strip().lower(), text)
    if kind in (int, float, Decimal):
        try:
            return int(text) if kind is int else Decimal(text)
        except (ValueError, InvalidOperation):
            return text
    return text


def _structure_tuple(value: object, inner: tuple[Any, ...], *, key: str, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise refusal("list", value, key, where)
    kinds = (inner[0],) * len(value) if inner[1:] == (...,) else inner
    if len(kinds) != len(value):
        raise refusal("length", value, key, where, length=len(kinds))
    return tuple(structure(part, kind, key=key, where=where) for part, kind in zip(value, kinds, strict=True))


def _required(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(part for part in get_args(kind) if part is not types.NoneType)
    return kind


def _choices(kind: Any) -> dict[Any, Any]:
    if get_origin(kind) is Literal:
        return {choice: choice for choice in get_args(kind)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}
    return {}


def refusal(expected: str, value: object, key: str, where: str, **details: object) -> ConfigurationError:
    """Return the error in the words of TOML, or of variables, which know neither keys nor quotes."""
    variable = where == variable_of(*key.split("."))
    details |= {"key": key, "where": where, "got": shorten(value if variable else _as_written(value))}
    message = f"config.{'variable' if variable else 'expected'}_{expected}"
    return ConfigurationError(message, **details)  # type: ignore[arg-type]  # no detail is called catalogue


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
