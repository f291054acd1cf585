"""The page needs nothing else, runs nothing, and says everything that the document says."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from patron.core.records import Basis, Document, Figure, Figures, Format, Level, Note, RenderOptions, Section, Table, TableColumn
from patron.plugins.renderers.html_page import render

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Reads tags and texts, and checks that every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert [] == self._open

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        assert tag == self._open.pop()

    def handle_data(self, data) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(document: Document) -> tuple[str, Page]:
    text = render(document, RenderOptions()).decode()
    return text, Page(text)


def test_there_is_no_script_and_nothing_is_fetched(shop_run, make_document, lang) -> None:
    text, page = page_of(make_document(shop_run, lang))

    assert {"http://www.w3.org/2000/svg"} == set(re.findall(r"https?://[^\"<>\s]+", text))
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"} & {
        tag for tag, _ in page.tags
    }
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name in {"style", "src"}]
    assert not re.search(r"@import|url\(", text)
    assert all(link["href"].startswith("#part") for link in page.all("a"))


def test_the_content_policy_allows_the_style_of_the_page_and_nothing_else(shop_run, make_document) -> None:
    text, page = page_of(make_document(shop_run))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" == policy


def test_ids_are_unique_and_what_is_referred_to_is_there(shop_run, make_document) -> None:
    _, page = page_of(make_document(shop_run))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    referred = {name for _, a in page.tags for name in (a.get("aria-labelledby") or "").split()}
    referred |= {link["href"][1:] for link in page.all("a")}

    assert len(ids) == len(set(ids))
    assert referred <= set(ids)


def test_language_headings_and_tables_are_said_to_machines(shop_run, make_document, lang) -> None:
    document = make_document(shop_run, lang)
    _, page = page_of(document)

    assert [{"en": "en", "zh": "zh-Hans"}[lang]] == [html["lang"] for html in page.all("html")]
    assert 1 == len(page.all("h1"))
    assert len(document.sections) == len(page.all("h2")) == len(page.all("section"))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(cell.get("scope") in {"col", "row"} for cell in page.all("th"))


def test_each_chart_is_drawn_for_wide_and_for_narrow_windows(shop_run, make_document) -> None:
    text, page = page_of(make_document(shop_run))
    charts = [svg for svg in page.all("svg") if svg.get("role") == "img"]

    assert 3 == len(page.all("figure"))
    assert 6 == len(charts)
    assert 1 == text.count('<desc id="chart1-wide-desc">Decile 1 brings 52.2% of net sales')


def test_every_number_stands_with_its_basis(shop_run, make_document) -> None:
    text, _ = page_of(make_document(shop_run))
    text = re.sub(r'<span class="day">(.*?)</span>', r"\1", text)

    assert "net sales of the best 874 customers by net sales ÷ net sales of all 4,372 customers" in text
    assert "net sales of the customers, highest first, added up ÷ net sales of all customers · 2010-12-01 to 2011-12-09" in text


def test_figures_of_one_period_name_it_once_and_others_each() -> None:
    def document(*periods: str) -> Document:
        figures = tuple(
            Figure(label="l", value=1, format=Format.COUNT, basis=Basis(numerator="n", period=period)) for period in periods
        )
        sections = (Section(code="s", title="S", blocks=(Figures(figures=figures),)),)
        return Document(code="d", title="T", subtitle="", lang="en", sections=sections)

    assert 1 == page_of(document("in 2025", "in 2025"))[0].count("in 2025")
    assert 1 == page_of(document("in 2024", "in 2025"))[0].count("n · in 2025")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "</style></title><script>", '" onmouseover="x', "{{ 7 * 7 }}", "&amp;<"]
)
def test_hostile_text_stays_text(hostile) -> None:
    """Wherever a text stands, it is read back as it was, and no element comes of it."""
    table = Table(
        code="t",
        title=hostile,
        columns=(TableColumn(key="a", title=hostile, format=Format.TEXT),),
        rows=((hostile,),),
        basis=Basis(numerator=hostile),
    )
    section = Section(code="s", title=hostile, blocks=(table, Note(text=hostile)))
    text, page = page_of(Document(code="d", title=hostile, subtitle=hostile, lang="en", sections=(section,), footer=hostile))

    assert "<script" not in text
    assert page.texts.count(hostile.strip()) >= 8
    assert not [a for _, a in page.tags if "onmouseover" in a]


def test_bars_are_as_long_as_their_values_and_printable() -> None:
    table = Table(
        code="t",
        title="T",
        columns=(TableColumn(key="a", title="A", format=Format.SHARE, bar=True),),
        rows=((0.5,), (0.25,), (-0.1,), (None,)),
        basis=None,
    )
    sections = (Section(code="s", title="S", blocks=(table,)),)
    text, page = page_of(Document(code="d", title="T", subtitle="", lang="en", sections=sections))

    assert ["100.0%", "50.0%", "0.0%", "0.0%"] == [rect["width"] for rect in page.all("rect")]
    assert "\u221210.0%" in text


def test_a_warning_is_said_in_a_word_not_only_in_colour() -> None:
    sections = (Section(code="s", title="S", blocks=(Note(text="Mind.", level=Level.WARNING),)),)
    text, _ = page_of(Document(code="d", title="T", subtitle="", lang="zh", sections=sections))

    assert "<strong>注意</strong> Mind." in text


def test_days_are_not_broken_at_their_hyphens() -> None:
    """A day stays on one line; what stands around it is escaped all the same."""
    document = Document(code="d", title="T", subtitle="up to 2025-12-31 <b>", lang="en", sections=())
    text, _ = page_of(document)

    assert '<p class="subtitle">up to <span class="day">2025-12-31</span> &lt;b&gt;</p>' in text
