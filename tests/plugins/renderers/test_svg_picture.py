"""All charts of a document in one picture."""

import xml.etree.ElementTree as ET

import attrs
import pytest

from patron.core.errors import OutputError
from patron.core.records import RenderOptions
from patron.plugins.renderers.svg_picture import render

SVG = "{http://www.w3.org/2000/svg}"


def test_every_chart_is_in_it_below_the_one_before(shop_run, make_document, lang) -> None:
    drawn = ET.fromstring(render(make_document(shop_run, lang), RenderOptions()))  # noqa: S314 - our own output
    charts = drawn.findall(f"{SVG}svg")
    tops = [float(chart.get("y")) for chart in charts]
    ids = [element.get("id") for element in drawn.iter() if element.get("id")]

    assert 3 == len(charts)
    assert all(lower >= upper + float(chart.get("height")) for chart, upper, lower in zip(charts, tops, tops[1:], strict=False))
    assert tops[-1] + float(charts[-1].get("height")) < float(drawn.get("height"))
    assert len(ids) == len(set(ids))


def test_a_chart_stands_with_title_and_basis(shop_run, make_document) -> None:
    drawn = ET.fromstring(render(make_document(shop_run), RenderOptions()))  # noqa: S314 - our own output
    texts = [element.text for element in drawn.findall(f"{SVG}text")]

    assert "Concentration of net sales" in texts
    assert "net sales of the customers, highest first, added up ÷ net sales of all customers" in texts
    assert "2010-12-01 to 2011-12-09, as of 2011-12-10 (Europe/London)" in texts


def test_without_a_chart_there_is_no_picture(shop_run, make_document) -> None:
    document = make_document(shop_run)
    with pytest.raises(OutputError, match="no chart"):
        render(attrs.evolve(document, sections=document.sections[-1:]), RenderOptions())
