"""The document as data."""

import json
from datetime import date
from decimal import Decimal

import attrs
import pytest

from patron.core.records import RenderOptions, Table
from patron.plugins.renderers.json_text import render


def test_everything_is_there(shop_run, make_document, lang) -> None:
    document = make_document(shop_run, lang)
    data = json.loads(render(document, RenderOptions()))

    assert [document.code, document.title, lang] == [data["code"], data["title"], data["lang"]]
    assert [section.code for section in document.sections] == [section["code"] for section in data["sections"]]
    types = [block["type"] for section in data["sections"] for block in section["blocks"]]
    assert ["figures", "note", "table", "chart"] == types[:4]


def test_money_is_exact_text_shares_are_numbers_and_nothing_is_null(shop_run, make_document) -> None:
    data = json.loads(render(make_document(shop_run), RenderOptions()))
    row = data["sections"][1]["blocks"][0]["rows"][9]

    assert "-4287.63" == row[-1]
    assert isinstance(row[3], float)
    assert None is data["sections"][-1]["blocks"][0]["basis"]


def test_decimals_and_days_are_text(shop_run, make_document) -> None:
    document = make_document(shop_run)
    table = next(block for section in document.sections for block in section.blocks if isinstance(block, Table))
    cells = (Decimal("1E+3"), date(2026, 1, 2), Decimal("0.0000001"), 1, 1.5, "x", None, True)
    odd = attrs.evolve(table, columns=table.columns[:8], rows=(cells,))
    section = attrs.evolve(document.sections[0], blocks=(odd,))
    data = json.loads(render(attrs.evolve(document, sections=(section,)), RenderOptions()))

    assert ["1000", "2026-01-02", "0.0000001", 1, 1.5, "x", None, True] == data["sections"][0]["blocks"][0]["rows"][0]


def test_anything_else_is_a_fault_of_the_section(shop_run, make_document) -> None:
    document = attrs.evolve(make_document(shop_run), subtitle={1, 2})
    with pytest.raises(TypeError, match="holds no set"):
        render(document, RenderOptions())
