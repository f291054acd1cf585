"""Charts as SVG: what is drawn, for whom, and that nothing is fetched."""

import re
import xml.etree.ElementTree as ET

import attrs
import pytest

from patron.core.records import Axis, Basis, Chart, ChartKind, Format, Point
from patron.plugins.renderers.charts import chart_svg, specification

SVG = "{http://www.w3.org/2000/svg}"
BARS = Chart(
    code="bars",
    title='<b>"Bars"</b> & more',
    description="Two bars.",
    kind=ChartKind.BAR,
    x=Axis(title="组", format=Format.COUNT),
    y=Axis(title="Share", format=Format.SHARE),
    points=(Point(x=1, y=0.75), Point(x=2, y=-0.1), Point(x=3, y=None)),
    basis=Basis(numerator="n"),
)
CURVE = attrs.evolve(
    BARS, kind=ChartKind.LINE, diagonal=True, points=tuple(Point(x=place / 4, y=(place / 4) ** 0.5) for place in range(5))
)
MAP = attrs.evolve(
    BARS,
    kind=ChartKind.HEATMAP,
    value=Axis(title="Count", format=Format.COUNT),
    points=tuple(Point(x=x, y=y, value=100 * x + y) for y in (5, 4) for x in (1, 2)),
)


def draw(chart: Chart, width: int = 640, prefix: str = "c") -> ET.Element:
    return ET.fromstring(chart_svg(chart, width=width, prefix=prefix, form="svg"))  # noqa: S314 - our own output


def words(drawn: ET.Element) -> list[str]:
    return [element.text for element in drawn.iter(f"{SVG}text") if element.text]


@pytest.mark.parametrize("chart", [BARS, CURVE, MAP], ids=lambda chart: chart.kind.value)
@pytest.mark.parametrize("width", [320, 640])
def test_the_picture_is_as_wide_as_asked_and_says_what_it_is(chart, width) -> None:
    drawn = draw(chart, width)

    assert abs(float(drawn.get("width")) - width) <= 1
    assert ("img", "c-title c-desc") == (drawn.get("role"), drawn.get("aria-labelledby"))
    assert (chart.title, chart.description) == (drawn[0].text, drawn[1].text)
    assert {"c-title", "c-desc"} == {element.get("id") for element in drawn.iter() if element.get("id")}


@pytest.mark.parametrize("chart", [BARS, CURVE, MAP], ids=lambda chart: chart.kind.value)
def test_nothing_is_fetched_and_nothing_needs_a_style(chart) -> None:
    drawn = chart_svg(chart, width=640, prefix="c", form="svg")

    assert {"http://www.w3.org/2000/svg"} == set(re.findall(r"https?://[^\"<>\s]+", drawn))
    assert not re.search(r"<script|<image|<foreignObject|style=|href=|url\(|\son\w+=", drawn)


def test_bars_carry_their_values_as_the_tables_write_them() -> None:
    assert {"75.0%", "-10.0%"} <= set(words(draw(BARS)))


def test_a_category_without_a_value_keeps_its_place() -> None:
    assert {"1", "2", "3"} <= set(words(draw(BARS)))


def test_bars_lie_where_there_is_little_room() -> None:
    wide, narrow = specification(BARS, 640), specification(BARS, 320)

    assert "nominal" == wide["encoding"]["x"]["type"] == narrow["encoding"]["y"]["type"]


def test_the_curve_has_the_line_of_equality() -> None:
    dashed = [element for element in draw(CURVE).iter() if element.get("stroke-dasharray")]

    assert 1 == len(dashed)


def test_a_heat_map_has_a_number_in_each_cell_and_darker_is_more() -> None:
    drawn = draw(MAP)
    cells = [path.get("fill") for path in drawn.iter(f"{SVG}path") if re.fullmatch(r"rgb\(.*\)|#.*", path.get("fill") or "")]
    darkness = [-sum(int(part) for part in re.findall(r"\d+", fill)) for fill in cells if fill.startswith("rgb")]

    assert {"105", "205", "104", "204"} <= set(words(drawn))
    assert 4 == len(darkness)
    assert darkness[1] > darkness[0]
    assert darkness[3] > darkness[2]


def test_a_crowded_heat_map_leaves_the_numbers_out() -> None:
    crowded = attrs.evolve(MAP, points=tuple(Point(x=x, y=y, value=1000 + x) for y in range(20) for x in range(20)))

    assert "1,005" not in words(draw(crowded))


@pytest.mark.parametrize("chart", [BARS, CURVE, MAP], ids=lambda chart: chart.kind.value)
def test_a_chart_without_points_can_be_drawn(chart) -> None:
    assert draw(attrs.evolve(chart, points=()))


@pytest.mark.parametrize("value", [0, None])
def test_a_heat_map_of_nothing_can_be_drawn(value) -> None:
    assert draw(attrs.evolve(MAP, points=(Point(x=1, y=1, value=value),)))


def test_all_bars_zero_can_be_drawn() -> None:
    assert "0.0%" in words(draw(attrs.evolve(BARS, points=(Point(x=1, y=0.0),))))


@pytest.mark.parametrize(("most", "decimals"), [(1.0, 0), (0.05, 0), (0.02, 1), (0.001, 2)])
def test_an_axis_of_small_shares_tells_its_ticks_apart(most, decimals) -> None:
    chart = attrs.evolve(CURVE, points=(Point(x=0, y=0.0), Point(x=1, y=most)), diagonal=False)
    assert f".{decimals}%" == specification(chart, 640)["encoding"]["y"]["axis"]["format"]
