"""
A document as one HTML page that needs nothing else: no script, no address to fetch, its style and charts within.

A content policy in the page forbids everything but its own style, which is named by its digest. Bars and charts are SVG, so that
they print where browsers leave backgrounds out. Each chart stands in the page twice, for wide and for narrow windows; the style
shows one of them, since a wide chart scaled down to a phone can't be read.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from patron import Block, Cell, Chart, Document, Figures, Format, RenderOptions, Table
from patron.plugins.renderers.formats import formula, is_number, show
from patron.plugins.renderers.needs import needed, words_for

FOLDER = Path(__file__).parent / "page"
WIDE = 810
NARROW = 320
"""Widths of the two drawings of a chart: that of the text column, and that of a phone's screen without its margins."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""A day, which browsers would break at its hyphens."""


def render(document: Document, options: RenderOptions) -> bytes:
    """
    Return the page.

    Raises:
        OutputError: Jinja2 or vl-convert is not installed.
    """
    jinja2, safe = needed("jinja2", "html"), needed("markupsafe", "html")
    markup, escape = safe.Markup, safe.escape
    style = (FOLDER / "page.css").read_text("utf-8")
    # The browser takes the digest of exactly what stands between the style tags.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page: str = environment.get_template("page.html").render(
        document=document,
        t=words_for(document),
        style=markup(style),
        digest=digest,
        drawings={key: [markup(svg) for svg in pair] for key, pair in _drawings(document).items()},
        identity=id,
        kind=_kind,
        show=_typeset,
        formula=formula,
        is_number=is_number,
        period_of_all=_period_of_all,
        days_whole=lambda text: markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text)))),
        bar_lengths=_bar_lengths,
    )
    return page.encode()


def _drawings(document: Document) -> dict[int, tuple[str, str]]:
    """Return the two drawings of each chart by the chart's identity; a document may show one chart in two places."""
    charts = [block for section in document.sections for block in section.blocks if isinstance(block, Chart)]
    if not charts:
        return {}
    from patron.plugins.renderers.charts import chart_svg

    return {
        id(chart): (
            chart_svg(chart, width=WIDE, prefix=f"chart{number}-wide", form="html"),
            chart_svg(chart, width=NARROW, prefix=f"chart{number}-narrow", form="html"),
        )
        for number, chart in enumerate(charts, start=1)
    }


def _kind(block: Block) -> str:
    return type(block).__name__


def _typeset(value: Cell, form: Format) -> str:
    """Return a value as text, numbers with a true minus sign."""
    text = show(value, form)
    return text.replace("-", "\u2212") if is_number(form) and not isinstance(value, str) else text


def _period_of_all(figures: Figures) -> str:
    """Return the period that all figures share; "" where they differ."""
    periods = {figure.basis.period for figure in figures.figures}
    return periods.pop() if len(periods) == 1 else ""


def _bar_lengths(table: Table) -> list[list[float | None]]:
    """Return for each row and column the length of the bar in percent of the longest; None where no bar is asked for."""
    longest = [_longest(table, place) if column.bar else None for place, column in enumerate(table.columns)]
    return [
        [
            None if most is None else max(0.0, round(100 * _as_float(cell) / most, 2))
            for cell, most in zip(row, longest, strict=True)
        ]
        for row in table.rows
    ]


def _longest(table: Table, place: int) -> float:
    return max((_as_float(row[place]) for row in table.rows), default=0.0) or 1.0


def _as_float(cell: Any) -> float:
    return 0.0 if cell is None or isinstance(cell, str) else float(cell)
