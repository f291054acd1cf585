"""The page in a terminal: it fits, it cuts no number, and it says the same without colour."""

import re

import pytest
from rich.cells import cell_len

from patron.core.records import RenderOptions
from patron.plugins.renderers.terminal_page import render

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def text_of(document, width: int = 100, *, colour: bool = False) -> str:
    return render(document, RenderOptions(width=width, colour=colour)).decode()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_longer_than_the_terminal(any_run, make_document, lang, width) -> None:
    """Chinese characters count as two columns."""
    assert max(map(cell_len, text_of(make_document(any_run, lang), width).splitlines())) <= width


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_number_is_cut(shop_run, make_document, lang, width) -> None:
    text = text_of(make_document(shop_run, lang), width)

    assert all(number in text for number in ("3,948,392.75", "987,098.17", "-4,287.63", "52.2%", "100.0%", "541,909"))
    assert not re.search(r"\d…", text)


def test_colour_changes_no_word(shop_run, make_document, lang) -> None:
    document = make_document(shop_run, lang)
    plain, coloured = text_of(document), text_of(document, colour=True)

    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    without = [line.rstrip() for line in ESCAPES.sub("", coloured).splitlines()]
    assert plain.splitlines() == without


def test_bars_are_drawn_once(shop_run, make_document) -> None:
    """Where the table has room for bars the chart of the same shares is left out; where not, it is drawn."""
    wide, narrow = text_of(make_document(shop_run), 120), text_of(make_document(shop_run), 80)

    assert "Share of net sales, groups by net sales" not in wide
    assert "Share of net sales, groups by net sales" in narrow
    assert "█" * 20 in wide


def test_every_number_stands_with_its_basis(shop_run, make_document) -> None:
    text = " ".join(text_of(make_document(shop_run), 120).split())

    assert "net sales of the best 874 customers by net sales ÷ net sales of all 4,372 customers" in text
    assert "net sales of the customers, highest first, added up ÷ net sales of all customers · 2010-12-01 to 2011-12-09" in text


def test_the_environment_does_not_change_the_page(shop_run, make_document, monkeypatch) -> None:
    document = make_document(shop_run)
    before = text_of(document, colour=True)
    for name, value in {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    assert before == text_of(document, colour=True)


def test_a_warning_begins_with_a_word(shop_run, make_document) -> None:
    assert "Note: The margin of 2 customers is unknown" in text_of(make_document(shop_run))
    assert "注意：有 2 位客户缺少成本" in text_of(make_document(shop_run, "zh"))
