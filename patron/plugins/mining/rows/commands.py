"""
Options that analyses of rows share, and the kinds of values that they take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from patron import Translator
from patron.plugins.mining.rows.words import WORDS

Function = TypeVar("Function", bound=Callable[..., Any])

_LONGEST = 30  # characters of a number: what is longer was not meant, and its fraction would be slow


class Share(click.ParamType[Fraction]):
    """A share from 0 to 1, kept exactly as it is written: `0.001` or `0.1%`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the fraction."""
        if isinstance(value, Fraction):
            return value
        text = str(value).strip()
        number = parse_number(text.removesuffix("%"))
        share = None if number is None else number / (100 if text.endswith("%") else 1)
        if share is None or not 0 <= share <= 1:
            self.fail(words_of(ctx)("rows.bad_share", value=text[:40]), param, ctx)
        return share


class Positive(click.ParamType[Fraction]):
    """A number above 0, kept exactly as it is written."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the fraction."""
        if isinstance(value, Fraction):
            return value
        number = parse_number(str(value).strip())
        if number is None or number <= 0:
            self.fail(words_of(ctx)("rows.bad_positive", value=str(value)[:40]), param, ctx)
        return number


def parse_number(text: str) -> Fraction | None:
    """Return a plain decimal number exactly; None for anything else."""
    try:
        number = Decimal(text) if len(text) <= _LONGEST else Decimal("nan")
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() and abs(number.adjusted()) <= _LONGEST else None


def words_of(ctx: click.Context | None) -> Translator:
    """Return the words in the language of the application."""
    app = None if ctx is None else ctx.find_root().obj
    return Translator(getattr(app, "lang", "en"), WORDS)


_OPTIONS = (
    click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."),
    click.option("--where", metavar="EXPR", help="rows.where"),
    click.option("--encoding", metavar="E", help="rows.encoding"),
    click.option("--delimiter", metavar="D", help="rows.delimiter"),
    click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="rows.decimal"),
    click.option(
        "--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True, help="rows.format"
    ),
)


def echo(pieces: Iterable[str]) -> None:
    """Print a text piece by piece."""
    for piece in pieces:
        click.echo(piece, nl=False)


READING = ("inputs", "where", "encoding", "delimiter", "decimal")
"""The parameters of `reading_options` that say which rows are read."""


def reading_options(command: Function) -> Function:
    """Give a command the input, the options of how it is read, and `--format`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def database_options(command: Function) -> Function:
    """Give a command the same, for one that reads the database where no file is named."""
    for option in reversed(_OPTIONS[1:]):
        command = option(command)
    return click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")(command)
