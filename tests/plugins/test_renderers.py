"""What holds for every way to write a document."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron import testing
from patron.core.errors import OutputError
from patron.core.records import (
    Basis,
    Document,
    Figure,
    Figures,
    Format,
    Note,
    Renderer,
    RenderOptions,
    Section,
    Table,
    TableColumn,
)
from patron.plugins.renderers import document_renderers

RENDERERS = {renderer.code: renderer for renderer in document_renderers()}
OPTIONS = RenderOptions()


@pytest.fixture(params=sorted(RENDERERS))
def renderer(request) -> Renderer:
    """Return each renderer in turn."""
    return RENDERERS[request.param]


def test_hook_document_renderers_brings_six() -> None:
    codes = [owned.item.code for owned in testing.app().host.document_renderers() if owned.plugin == "renderers"]

    assert ["csv", "html", "json", "svg", "terminal", "xlsx"] == codes


def render(renderer: Renderer, document: Document) -> bytes:
    """Return the rendering; nothing where the format has nothing to show."""
    try:
        return renderer.render(document, OPTIONS)
    except OutputError as error:
        if error.key != "renderers.no_chart":
            raise
        return b""


def test_every_run_can_be_rendered_in_both_languages(any_run, make_document, lang, renderer) -> None:
    content = render(renderer, make_document(any_run, lang))

    assert content or renderer.code == "svg"
    if not renderer.binary:
        content.decode("utf-8")


def test_the_same_document_gives_the_same_bytes(shop_run, make_document, renderer) -> None:
    assert renderer.render(make_document(shop_run), OPTIONS) == renderer.render(make_document(shop_run), OPTIONS)


def test_a_document_without_sections_can_be_rendered(renderer) -> None:
    render(renderer, Document(code="empty", title="Nothing", subtitle="", lang="en", sections=()))


hostile = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</style><img src=x onerror=1>",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "{{ 7*7 }}",
        "a\x00b\x1b[31m",
        "\ud800",
    ]
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile, value=st.none() | st.floats() | st.integers() | hostile)
def test_any_text_and_value_can_be_rendered(renderer, text, value) -> None:
    """Hostile titles, control characters, halves of characters and numbers that are none neither break nor steer the output."""
    basis = Basis(numerator=text, denominator=text, period=text)
    table = Table(
        code="t",
        title=text,
        columns=(
            TableColumn(key="a", title=text, format=Format.TEXT),
            TableColumn(key="b", title=text, format=Format.NUMBER, bar=True),
        ),
        rows=((text, value), (None, 1)),
        basis=basis,
    )
    figures = Figures(figures=(Figure(label=text, value=value, format=Format.SHARE, basis=basis),))
    section = Section(code="s", title=text, blocks=(figures, table, Note(text=text)))
    content = render(renderer, Document(code="d", title=text, subtitle=text, lang="en", sections=(section,), footer=text))
    if not renderer.binary:
        shown = content.decode("utf-8")
        assert "\x1b" not in shown
        assert "\x00" not in shown


@pytest.mark.parametrize(
    ("code", "module"), [("html", "jinja2"), ("html", "vl_convert"), ("svg", "vl_convert"), ("xlsx", "xlsxwriter")]
)
def test_a_missing_package_is_named_with_the_way_to_get_it(shop_run, make_document, monkeypatch, code, module) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OutputError) as caught:
        RENDERERS[code].render(make_document(shop_run), OPTIONS)

    assert module in caught.value.message()
    assert 'pip install "patron[report]"' in caught.value.message("zh")


def test_text_formats_need_no_optional_package(shop_run, make_document, monkeypatch) -> None:
    for module in ("jinja2", "markupsafe", "vl_convert", "xlsxwriter"):
        monkeypatch.setitem(sys.modules, module, None)
    for code in ("terminal", "csv", "json"):
        assert RENDERERS[code].render(make_document(shop_run), OPTIONS)


def test_codes_and_endings_are_unique() -> None:
    endings = [suffix for renderer in RENDERERS.values() for suffix in renderer.suffixes]

    assert len(endings) == len(set(endings))
    assert all(suffix.startswith(".") for suffix in endings)
