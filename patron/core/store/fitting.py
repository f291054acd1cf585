"""
Members of the extension fields as values of the kind that is declared today.

A field may have been declared otherwise when a value was kept: a text where a number is wanted now. What does not fit counts as
missing, in either database, and no question fails on it; `patron db check` names such values. Texts sort by their code points
whatever the collation of the database, as SQLite does.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Numeric, Table, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from patron.core.nouns import Field, FieldKind

_DECIMAL = (
    "{kind} = 'text' AND {text} NOT GLOB '*[^0-9.-]*' AND ltrim({text}, '-') GLOB '[0-9]*' AND {text} NOT GLOB '?*-*'"
    " AND {text} NOT GLOB '*.*.*' AND {text} NOT GLOB '*.' AND abs(CAST({text} AS REAL)) < "
)
_SHAPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sqlite": {
            "whole": "CASE WHEN {kind} = 'integer' THEN {text} WHEN "
            + _DECIMAL
            + "9.2e18 AND {text} NOT GLOB '*.*' THEN CAST({text} AS INTEGER) END",
            "number": "CASE WHEN {kind} IN ('integer', 'real') THEN {text} WHEN "
            + _DECIMAL
            + "1e20 THEN CAST({text} AS NUMERIC) END",
            "truth": "CASE {kind} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
            "moment": "CASE WHEN {text} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN {text} END",
            "several": "CASE WHEN {kind} = 'array' THEN {text} END",
            "text": "CASE WHEN {kind} IN ('text', 'integer') THEN CAST({text} AS TEXT) END",
        },
        "postgresql": {
            "whole": "CASE WHEN {text} ~ '^-?[0-9]{{1,19}}$' THEN CAST({text} AS NUMERIC(20, 0)) END",
            "number": "CASE WHEN {text} ~ '^-?[0-9]{{1,20}}([.][0-9]+)?$' THEN CAST({text} AS NUMERIC(24, 4)) END",
            "truth": "CASE WHEN {kind} = 'boolean' THEN CAST({text} AS BOOLEAN) END",
            "moment": "CASE WHEN {text} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}' THEN {text} END COLLATE \"C\"",
            "several": "CASE WHEN {kind} = 'array' THEN {text} END",
            "text": "CASE WHEN {kind} = 'string' OR {text} ~ '^-?[0-9]+$' THEN {text} END COLLATE \"C\"",
        },
    }
)
"""Database → shape → the expression; `kind` is what JSON holds, `text` its value."""

_READ: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sqlite": ("json_type({ext}, '$.\"{name}\"')", "json_extract({ext}, '$.\"{name}\"')"),
        "postgresql": ("jsonb_typeof(({ext} -> '{name}'))", "({ext} ->> '{name}')"),
    }
)


class _Fitting(FunctionElement[Any]):
    """The value of a member where it fits."""

    inherit_cache = True
    shape = "text"


class _Whole(_Fitting):
    inherit_cache = True
    shape = "whole"
    type: TypeEngine[Any] = Numeric(20, 0)


class _Number(_Fitting):
    inherit_cache = True
    shape = "number"
    type: TypeEngine[Any] = Numeric(24, 4)


class _Truth(_Fitting):
    inherit_cache = True
    shape = "truth"
    type: TypeEngine[Any] = Boolean()


class _Moment(_Fitting):
    inherit_cache = True
    shape = "moment"
    type: TypeEngine[Any] = Text()


class _Several(_Fitting):
    inherit_cache = True
    shape = "several"
    type: TypeEngine[Any] = Text()


class _Text(_Fitting):
    inherit_cache = True
    type: TypeEngine[Any] = Text()


_KINDS: Mapping[FieldKind, Callable[..., _Fitting]] = MappingProxyType(
    {
        FieldKind.INTEGER: _Whole,
        FieldKind.REFERENCE: _Whole,
        FieldKind.MONEY: _Number,
        FieldKind.QUANTITY: _Number,
        FieldKind.TRUTH: _Truth,
        FieldKind.DAY: _Moment,
        FieldKind.INSTANT: _Moment,
        FieldKind.CODES: _Several,
        FieldKind.TEXTS: _Several,
    }
)


def fitting(field: Field, rows: Table) -> ColumnElement[Any]:
    """Return the expression of an extension field's value, nothing where what is kept does not fit."""
    # The name stands in the statement itself: with a parameter there, no database would use an index of the expression.
    return _KINDS.get(field.kind, _Text)(rows.c.ext, literal_column(field.name))


@compiles(_Fitting)
def _compiled(element: _Fitting, compiler: Any, **about: Any) -> str:
    ext, name = element.clauses
    database = compiler.dialect.name
    kind, text = (one.format(ext=compiler.process(ext, **about), name=str(name)) for one in _READ[database])
    return f"({_SHAPES[database][element.shape].format(kind=kind, text=text)})"
