"""
A document: what a report says, before anyone decides how it looks.

Plain words and numbers in the reader's language, in sections of figures, tables, charts and notes. A renderer turns one document
into a terminal page, HTML, XLSX, CSV, JSON or SVG; it never computes.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

Cell = int | float | Decimal | str | date | None
"""A value in a document; None is "there is none" and is shown as a dash, never as zero."""


class Format(StrEnum):
    """How the values of a column or figure are written."""

    TEXT = "text"
    COUNT = "count"
    """Whole number with thousands separators."""
    MONEY = "money"
    """Exact decimal with thousands separators; rounded to two places for the eye only."""
    SHARE = "share"
    """1.0 is 100 %."""
    NUMBER = "number"
    MINUTES = "minutes"
    """A length of time, as a number of minutes; for the eye in days, hours and minutes."""
    DATE = "date"


@attrs.frozen(kw_only=True)
class Basis:
    """
    What a number is made of.

    Attributes:
        numerator: what is counted or added up.
        denominator: what it is divided by; empty for a plain count or sum.
        period: the days it covers.
    """

    numerator: str
    denominator: str = ""
    period: str = ""


@attrs.frozen(kw_only=True)
class Figure:
    """One number with its name and what it is made of."""

    label: str
    value: Cell
    format: Format
    basis: Basis


@attrs.frozen(kw_only=True)
class Figures:
    """The few numbers that matter most, side by side."""

    figures: tuple[Figure, ...]


@attrs.frozen(kw_only=True)
class TableColumn:
    """A column of a table; `bar` asks the renderer to draw its values (shares) as bars beside the numbers."""

    key: str
    title: str
    format: Format
    bar: bool = False


@attrs.frozen(kw_only=True)
class Table:
    """Rows of values; each row has one cell for each column. `basis` is None for a table of words."""

    code: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    basis: Basis | None

    def __attrs_post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.code}: a row has {len(row)} cells, there are {len(self.columns)} columns")


class ChartKind(StrEnum):
    """The shapes a renderer knows."""

    BAR = "bar"
    """x is a category, y a number."""
    LINE = "line"
    """x and y are numbers, joined in order; several lines are told apart by the series of their points."""
    HEATMAP = "heatmap"
    """x and y are categories, value the shade and the number in the cell."""


@attrs.frozen(kw_only=True)
class Axis:
    """An axis: its title and how its values are written."""

    title: str
    format: Format


@attrs.frozen(kw_only=True)
class Point:
    """One mark of a chart; `value` only in a heat map, `series` the name of its line where a chart of lines has several."""

    x: Cell
    y: Cell
    value: Cell = None
    series: str = ""


@attrs.frozen(kw_only=True)
class Chart:
    """
    A picture of numbers.

    Attributes:
        code: unique in the document; names an SVG file.
        title: what it shows.
        description: the same in a sentence with the main numbers, for those who can't see it.
        kind: its shape.
        x: the horizontal axis.
        y: the vertical axis.
        value: in a heat map, what the shade means.
        points: the marks in drawing order; categories keep the order in which they first appear, top to bottom and left to right.
        diagonal: draw the line of equality from (0, 0) to (1, 1), for a concentration curve.
        basis: what the numbers are made of.
    """

    code: str
    title: str
    description: str
    kind: ChartKind
    x: Axis
    y: Axis
    points: tuple[Point, ...]
    basis: Basis
    value: Axis | None = None
    diagonal: bool = False


class Level(StrEnum):
    """How much a note matters."""

    INFO = "info"
    WARNING = "warning"


@attrs.frozen(kw_only=True)
class Note:
    """A sentence or two."""

    text: str
    level: Level = Level.INFO


Block = Figures | Table | Chart | Note


@attrs.frozen(kw_only=True)
class Section:
    """A titled part of a document."""

    code: str
    title: str
    blocks: tuple[Block, ...]


@attrs.frozen(kw_only=True)
class Document:
    """
    A whole report.

    Attributes:
        code: the report's code, the stem of file names.
        title: the report's title.
        subtitle: what it is about: input, day.
        lang: the language of every word in it.
        sections: in reading order.
        footer: how it came about: run, model, version, digest.
    """

    code: str
    title: str
    subtitle: str
    lang: str
    sections: tuple[Section, ...]
    footer: str = ""
