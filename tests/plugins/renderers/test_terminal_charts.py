"""Charts drawn with characters."""

import attrs
import pytest
from rich.console import Console

from patron.core.records import Axis, Basis, Chart, ChartKind, Format, Point
from patron.plugins.renderers.terminal_charts import draw_chart

CURVE = Chart(
    code="c",
    title="T",
    description="d",
    kind=ChartKind.LINE,
    x=Axis(title="across", format=Format.SHARE),
    y=Axis(title="up", format=Format.SHARE),
    points=(Point(x=0.0, y=0.0), Point(x=0.5, y=1.2), Point(x=1.0, y=1.0)),
    basis=Basis(numerator="n"),
    diagonal=True,
)
MAP = attrs.evolve(
    CURVE,
    kind=ChartKind.HEATMAP,
    x=Axis(title="across", format=Format.COUNT),
    y=Axis(title="up", format=Format.COUNT),
    value=Axis(title="n", format=Format.COUNT),
    points=tuple(Point(x=x, y=y, value=1000 * x + y) for y in (2, 1) for x in (1, 2)),
)


def lines_of(chart: Chart, width: int = 60) -> list[str]:
    console = Console(width=width, color_system=None, legacy_windows=False, _environ={})
    with console.capture() as captured:
        console.print(draw_chart(chart, width))
    return captured.get().splitlines()


def test_a_curve_reaches_the_corners_that_its_values_name() -> None:
    lines = lines_of(CURVE)

    assert lines[0].startswith("120.0% │")
    assert any(0x2800 < ord(character) <= 0x28FF for character in lines[0])
    assert lines[13].startswith("  0.0% │")
    assert "x: across; y: up" in lines[-1]


def test_a_heat_map_is_a_grid_with_the_first_row_on_top() -> None:
    lines = lines_of(MAP)

    assert ["2 1,002 2,002", "1 1,001 2,001", "1 2"] == [" ".join(line.split()) for line in lines[:3]]


def test_bars_carry_their_values() -> None:
    bars = attrs.evolve(CURVE, kind=ChartKind.BAR, points=(Point(x="a", y=0.5), Point(x="b", y=None)))
    lines = lines_of(bars)

    assert "50.0%" in lines[0]
    assert "█" in lines[0]
    assert lines[1].split() == ["b", "–"]


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("points", [(), (Point(x=1, y=1, value=0),), (Point(x=None, y=None),)])
def test_charts_of_little_can_be_drawn(kind, points) -> None:
    lines_of(attrs.evolve(MAP, kind=kind, points=points, diagonal=False), 40)
