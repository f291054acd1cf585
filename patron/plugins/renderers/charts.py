"""
Charts as SVG: a Vega-Lite specification, drawn by vl-convert.

The specification is written directly: Altair would add a layer (and pandas-like data handling) between three small shapes and
the JSON they are. Data is inline and no address may be fetched. Labels are formatted here, as in the tables.
"""

import re
from html import escape
from math import ceil, log10
from typing import Any

from patron import Chart, ChartKind, Format
from patron.plugins.renderers.formats import show
from patron.plugins.renderers.needs import needed
from patron.plugins.renderers.palette import DASHES, FILL, INK, LINES, MUTED, PAPER, RULE, SHADES

FONT = "Liberation Sans, Arial, sans-serif"
"""vl-convert brings the first of these, so that the same chart has the same measures on any machine; the second is as wide. Words
in Chinese are measured with a font of the machine, where it has one."""

NARROW = 480
"""Below this width bars lie, so that their labels have room."""

_DARK = 0.7
"""From which part of the most on white numbers are easier to read than black ones."""

_LEGIBLE = 12
"""Cells in a row of a heat map that have room for their number."""

_AXIS_FORMATS = {Format.SHARE: ".0%", Format.COUNT: "~s", Format.MONEY: "~s", Format.NUMBER: "~g", Format.MINUTES: "~g"}
_WHOLE_PERCENTS = 0.05
"""From which reach of an axis its five ticks lie a percent or more from each other."""

_DECIMALS = 6
_VEGA_LITE = "5.20"
_CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "domainColor": RULE,
        "gridColor": RULE,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "ticks": False,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "text": {"fontSize": 12, "color": INK},
}


def chart_svg(chart: Chart, *, width: int, prefix: str, form: str) -> str:
    """
    Return the chart as an SVG element with a title and a description for those who can't see it.

    Args:
        chart: what to draw.
        width: of the picture, in pixels.
        prefix: begins the ids in the SVG; different for each SVG of a page.
        form: the format that is being written, for the message when vl-convert is missing.

    Raises:
        OutputError: vl-convert is not installed.
    """
    vl_convert = needed("vl_convert", form)
    drawn: str = vl_convert.vegalite_to_svg(specification(chart, width), vl_version=_VEGA_LITE, allowed_base_urls=[])
    return _labelled(drawn, chart, prefix)


def specification(chart: Chart, width: int) -> dict[str, Any]:
    """Return the Vega-Lite specification of *chart*."""
    shapes = {ChartKind.BAR: _bars, ChartKind.LINE: _line, ChartKind.HEATMAP: _heatmap}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 4, "right": 18, "top": 8, "bottom": 4},
        "config": _CONFIG,
        **shapes[chart.kind](chart, width),
    }


def _bars(chart: Chart, width: int) -> dict[str, Any]:
    lying = width < NARROW
    values = [
        {"x": show(point.x, chart.x.format), "y": _number(point.y), "label": show(point.y, chart.y.format)}
        for point in chart.points
    ]
    category = {
        "field": "x",
        "type": "nominal",
        "sort": None,
        "title": chart.x.title,
        "axis": {"labelAngle": 0},
        "scale": {"domain": list(dict.fromkeys(entry["x"] for entry in values))},  # keeps a category without a value
    }
    value = {
        "field": "y",
        "type": "quantitative",
        "title": chart.y.title,
        "axis": {"format": _axis_format(chart.y.format, [one["y"] for one in values]), "domain": False, "tickCount": 5},
    }
    heights = [0.0, *(height for entry in values if isinstance(height := entry["y"], float))]
    low, high = min(heights), max(heights) if max(heights) > min(heights) else 1.0
    room = (0.2 if lying else 0.08) * (high - low)  # for the label beyond the end of a bar
    value["scale"] = {"domain": [low - room if low < 0 else 0, high + room], "nice": False}
    below = "datum.y < 0"
    label = (
        {"align": {"expr": f"{below} ? 'right' : 'left'"}, "dx": {"expr": f"{below} ? -5 : 5"}}
        if lying
        else {"baseline": "middle", "dy": {"expr": f"{below} ? 10 : -9"}}
    )
    return {
        "height": 30 * len(values) + 70 if lying else 300,
        "data": {"values": values},
        "encoding": {"y": category, "x": value} if lying else {"x": category, "y": value},
        "layer": [
            {"mark": {"type": "bar", "color": FILL}},
            {"mark": {"type": "text", **label}, "encoding": {"text": {"field": "label"}}},
        ],
    }


def _line(chart: Chart, width: int) -> dict[str, Any]:
    values = [{"x": _number(point.x), "y": _number(point.y), "series": point.series} for point in chart.points]
    names = list(dict.fromkeys(point.series for point in chart.points))
    encoding: dict[str, Any] = {
        name: {
            "field": name,
            "type": "quantitative",
            "title": axis.title,
            "axis": {"format": _axis_format(axis.format, [value[name] for value in values]), "tickCount": 5, "labelFlush": False},
            "scale": {"nice": False},
        }
        for name, axis in (("x", chart.x), ("y", chart.y))
    }
    if len(names) > 1:
        encoding |= _told_apart(names)
    shade = {"data": {"values": values}, "mark": {"type": "area", "color": FILL, "opacity": 0.09}}
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2.5, **({} if len(names) > 1 else {"color": FILL})},
    }
    layers: list[dict[str, Any]] = [line] if len(names) > 1 else [shade, line]
    if chart.diagonal:
        equal = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
        layers.append(
            {"data": {"values": equal}, "mark": {"type": "line", "color": MUTED, "strokeWidth": 1, "strokeDash": [4, 4]}}
        )
    return {"height": 300 if width < NARROW else 380, "encoding": encoding, "layer": layers}


def _axis_format(form: Format, values: list[Any]) -> str:
    """Return how numbers on an axis are written: shares with as many decimals as tell the ticks of these values apart."""
    reach = max((abs(value) for value in values if value is not None), default=0.0)
    if form is not Format.SHARE or not reach or reach >= _WHOLE_PERCENTS:
        return _AXIS_FORMATS.get(form, "~s")
    return f".{min(ceil(-log10(reach / _WHOLE_PERCENTS)), _DECIMALS)}%"


def _told_apart(names: list[str]) -> dict[str, Any]:
    """Return how several lines differ: by shade and by dashes, so that greyscale and colour-blind eyes lose nothing."""
    shades = [LINES[place % len(LINES)] for place in range(len(names))]
    dashes = [DASHES[place % len(DASHES)] for place in range(len(names))]
    legend = {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 500, "labelFontSize": 12}
    return {
        "color": {"field": "series", "type": "nominal", "scale": {"domain": names, "range": shades}, "legend": legend},
        "strokeDash": {"field": "series", "type": "nominal", "scale": {"domain": names, "range": dashes}, "legend": legend},
    }


def _heatmap(chart: Chart, width: int) -> dict[str, Any]:
    form = chart.value.format if chart.value else Format.NUMBER
    values = [
        {
            "x": show(point.x, chart.x.format),
            "y": show(point.y, chart.y.format),
            "value": _number(point.value),
            "label": show(point.value, form),
        }
        for point in chart.points
    ]
    most = max((_number(point.value) or 0.0 for point in chart.points), default=0.0) or 1.0
    rows = len({value["y"] for value in values})
    legible = max(rows, len({value["x"] for value in values})) <= _LEGIBLE
    encoding = {
        "x": {"field": "x", "type": "ordinal", "sort": None, "title": chart.x.title, "axis": {"labelAngle": 0, "domain": False}},
        "y": {"field": "y", "type": "ordinal", "sort": None, "title": chart.y.title, "axis": {"domain": False}},
    }
    shade = {"field": "value", "type": "quantitative", "legend": None, "scale": {"domain": [0, most / 2, most], "range": SHADES}}
    ink = {"condition": {"test": f"datum.value > {most * _DARK!r}", "value": PAPER}, "value": INK}
    return {
        "height": (56 if legible else 14) * rows + 60,
        "data": {"values": values},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2}, "encoding": {"color": shade}},
            *(
                [{"mark": {"type": "text", "fontSize": 13}, "encoding": {"text": {"field": "label"}, "color": ink}}]
                if legible
                else []
            ),
        ],
    }


def _labelled(drawn: str, chart: Chart, prefix: str) -> str:
    start, body = re.fullmatch(r"<svg ([^>]*)>(.*)", drawn, re.DOTALL).groups()  # type: ignore[union-attr]  # it always begins so
    sizes = dict(re.findall(r'(width|height|viewBox)="([^"]*)"', start))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sizes["width"]}" height="{sizes["height"]}" '
        f'viewBox="{sizes["viewBox"]}" role="img" aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{escape(chart.title)}</title>'
        f'<desc id="{prefix}-desc">{escape(chart.description)}</desc>{body}'
    )


def _number(value: object) -> float | None:
    return float(value) if value is not None else None  # type: ignore[arg-type]  # axes of numbers hold numbers
