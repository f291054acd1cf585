"""Tables with bars, and in parts where there is no room."""

from decimal import Decimal

import pytest
from rich.console import Console

from patron.core.records import Format, Table, TableColumn
from patron.plugins.renderers.terminal_tables import draw_bar, draw_table, shows_bars

MANY = Table(
    code="t",
    title="T",
    columns=(
        TableColumn(key="name", title="Name of the thing", format=Format.TEXT),
        *(TableColumn(key=f"m{place}", title=f"Amount {place}", format=Format.MONEY) for place in range(6)),
        TableColumn(key="share", title="Share", format=Format.SHARE, bar=True),
    ),
    rows=(("a name of several words that is long", *(Decimal(10**place * 1234) for place in range(6)), 0.5),),
    basis=None,
)


def lines_of(table: Table, width: int) -> list[str]:
    console = Console(width=width, color_system=None, legacy_windows=False, _environ={})
    with console.capture() as captured:
        console.print(draw_table(table, width))
    return captured.get().splitlines()


@pytest.mark.parametrize(
    ("value", "longest", "expected"),
    [
        (1.0, 1.0, "████"),
        (0.5, 1.0, "██"),
        (0.53125, 1.0, "██▏"),
        (0.0001, 1.0, "▏"),
        (0, 1.0, ""),
        (-1, 1.0, ""),
        (None, 1.0, ""),
        (1, 0.0, ""),
    ],
)
def test_bars_are_drawn_to_an_eighth_of_a_column(value, longest, expected) -> None:
    assert expected == draw_bar(value, longest, 4)


def test_bars_come_only_where_there_is_room() -> None:
    assert shows_bars(MANY, 160)
    assert not shows_bars(MANY, 60)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_table_that_is_too_wide_comes_in_parts_with_the_first_column(width) -> None:
    text = "\n".join(lines_of(MANY, width))

    assert all(f"{10**place * 1234:,}.00" in text for place in range(6))
    assert text.count("a name of") == text.count("─\n") or width > 40
    assert max(map(len, lines_of(MANY, width))) <= width


def test_a_table_without_rows_shows_its_head() -> None:
    empty = Table(code="t", title="T", columns=MANY.columns, rows=(), basis=None)

    assert "Name of the thing" in lines_of(empty, 120)[0]


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    table = Table(
        code="t",
        title="T",
        columns=(
            TableColumn(key="a", title="A", format=Format.TEXT),
            TableColumn(key="b", title="B", format=Format.COUNT),
        ),
        rows=(("x", 1), ("yyyy", 1000)),
        basis=None,
    )

    assert ["x         1", "yyyy  1,000"] == lines_of(table, 80)[-2:]


@pytest.mark.parametrize(
    ("title", "width", "expected"),
    [
        ("净销售额占比", 10, ["净销售", "额占比"]),
        ("净销售额占比", 12, ["净销售额占比"]),
        ("Share of net sales", 9, ["Share of", "net sales"]),
    ],
)
def test_titles_of_chinese_break_in_even_lines(title, width, expected) -> None:
    column = TableColumn(key="share", title=title, format=Format.COUNT)
    other = TableColumn(key="name", title="n", format=Format.TEXT)
    table = Table(code="t", title="T", columns=(other, column), rows=(("x", 10 ** (width - 3)),), basis=None)
    head = [line[3:].strip() for line in lines_of(table, width + 3) if line.strip()]

    assert expected == head[: len(expected)]
