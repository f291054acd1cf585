"""
The charts of a document as one SVG picture, one below the other with their titles and what they are made of.

One picture, because a renderer returns one file; a single chart is had by asking for its section alone.
"""

import re
from html import escape

from patron import Chart, Document, OutputError, RenderOptions
from patron.plugins.renderers.charts import FONT, chart_svg
from patron.plugins.renderers.formats import formula
from patron.plugins.renderers.needs import WORDS
from patron.plugins.renderers.palette import INK, MUTED, PAPER

WIDTH = 760
_MARGIN = 20
_TITLE = 34
_BASIS = 54


def render(document: Document, options: RenderOptions) -> bytes:
    """
    Return the picture.

    Raises:
        OutputError: the document has no chart, or vl-convert is not installed.
    """
    charts = [block for section in document.sections for block in section.blocks if isinstance(block, Chart)]
    if not charts:
        raise OutputError("renderers.no_chart", catalogue=WORDS, form="svg")
    parts, top = [], _MARGIN
    for number, chart in enumerate(charts, start=1):
        drawn = chart_svg(chart, width=WIDTH, prefix=f"chart{number}", form="svg")
        height = _height(drawn)
        parts.append(_placed(chart, drawn, top, height))
        top += _TITLE + height + _BASIS
    width = WIDTH + 2 * _MARGIN
    size = f'width="{width}" height="{top}" viewBox="0 0 {width} {top}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" lang="{document.lang}">',
        f"<title>{escape(document.title)}</title>",
        f'<rect width="{width}" height="{top}" fill="{PAPER}"/>',
        *parts,
        "</svg>\n",
    ]
    return "\n".join(lines).encode()


def _placed(chart: Chart, drawn: str, top: int, height: int) -> str:
    inner = drawn.replace("<svg ", f'<svg x="{_MARGIN}" y="{top + _TITLE}" ', 1)
    below = top + _TITLE + height + 14
    lines = (formula(chart.basis), chart.basis.period)
    return "\n".join(
        [
            f'<text x="{_MARGIN}" y="{top + 16}" font-size="16" font-weight="600" fill="{INK}">{escape(chart.title)}</text>',
            inner,
            *(
                f'<text x="{_MARGIN}" y="{below + 15 * place}" font-size="11" fill="{MUTED}">{escape(line)}</text>'
                for place, line in enumerate(lines)
            ),
        ]
    )


def _height(drawn: str) -> int:
    found = re.search(r' height="(\d+)', drawn)
    return int(found[1]) if found else 0
