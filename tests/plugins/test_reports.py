"""The report deciles as a whole: its sections come through the hook, hold for every run, and speak both languages."""

import attrs
import pytest

from patron import testing
from patron.core.records import Chart, Figures, Note, Table
from patron.plugins.reports.sections import SECTIONS


def test_hook_report_sections_brings_the_report_in_reading_order() -> None:
    sections = testing.app().host.report_sections()
    owned = [one for one in sections if (one.plugin, one.item.report) == ("reports", "deciles")]

    assert ["figures", "groups", "pareto", "purchases", "grid", "tiers", "declared", "reading", "definitions"] == [
        one.item.code for one in owned
    ]


def test_every_section_can_be_built_for_every_run(any_run, make_document, lang) -> None:
    document = make_document(any_run, lang)

    assert {"figures", "reading", "definitions"} <= {section.code for section in document.sections}


def test_the_whole_report_is_there_for_a_shop(shop_run, make_document, lang) -> None:
    """But for tiers and classes, of which the shop declares none."""
    assert [section.code for section in SECTIONS if section.code != "declared"] == [
        section.code for section in make_document(shop_run, lang).sections
    ]


def texts(value):
    """Yield every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            if field.name not in {"code", "key"}:
                yield from texts(getattr(value, field.name))


def test_no_message_key_and_no_placeholder_is_left(any_run, make_document, lang) -> None:
    document = make_document(any_run, lang)
    sections = {section.code for section in SECTIONS} | {"report", "reports", "reason"}
    left = [text for text in texts(document) if "{" in text or text.partition(".")[0] in sections]

    assert [] == left


def test_the_two_languages_have_no_words_in_common(shop_run, make_document) -> None:
    english, chinese = (
        {text for text in texts(make_document(shop_run, lang)) if len(text) > 12 and "." not in text} for lang in ("en", "zh")
    )

    assert set() == english & chinese


def test_every_number_says_what_it_is_made_of(shop_run, make_document, lang) -> None:
    """Each figure and chart, and each table that is not one of words, has a numerator and a period; a share has a denominator."""
    blocks = [block for section in make_document(shop_run, lang).sections for block in section.blocks]
    bases = [figure.basis for block in blocks if isinstance(block, Figures) for figure in block.figures]
    bases += [block.basis for block in blocks if isinstance(block, Chart)]
    bases += [block.basis for block in blocks if isinstance(block, Table) and block.basis]

    assert all(basis.numerator and "2010-12-01" in basis.period for basis in bases)
    shares = [f for block in blocks if isinstance(block, Figures) for f in block.figures if f.format == "share"]
    assert shares
    assert all(figure.basis.denominator for figure in shares)
    assert ["definitions"] == [block.code for block in blocks if isinstance(block, Table) and block.basis is None]


def test_codes_of_tables_and_charts_are_unique(shop_run, make_document) -> None:
    blocks = [block for section in make_document(shop_run).sections for block in section.blocks]
    for kind in (Table, Chart):
        codes = [block.code for block in blocks if isinstance(block, kind)]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("run", ["refunds_run", "empty_run"])
def test_a_total_that_is_not_positive_is_warned_of_and_has_no_shares(request, run, make_document) -> None:
    """§6.54: shares of a total that is not positive are none."""
    document = make_document(request.getfixturevalue(run))
    blocks = [block for section in document.sections for block in section.blocks]

    assert any(isinstance(block, Note) and block.level == "warning" for block in blocks)
    assert not any(isinstance(block, Chart) for block in blocks)
    tops = [f.value for block in blocks if isinstance(block, Figures) for f in block.figures if f.format == "share"]
    assert [None] == tops
