"""The table of answers: one line for each hook, and what it says is there."""

import inspect

import click
import pytest

from patron.core import hookspecs, records
from patron.core.host import Host
from patron.core.host.answers import ANSWERS, bad_codes, is_expected
from patron.core.i18n import CORE


def test_every_hook_has_a_line():
    """In the order of the specifications."""
    assert list(ANSWERS) == list(hookspecs.HOOKS)


@pytest.mark.parametrize("hook", ANSWERS)
def test_the_record_is_the_one_of_the_specification(hook):
    assert f"Sequence[{ANSWERS[hook].record}]" == inspect.signature(getattr(hookspecs, hook)).return_annotation


@pytest.mark.parametrize("hook", [hook for hook in ANSWERS if "." not in ANSWERS[hook].record])
def test_the_host_has_a_method_for_every_hook_with_records(hook):
    assert () == getattr(Host(), hook)()
    assert hasattr(records, ANSWERS[hook].record)


def test_commands_are_known_by_their_names():
    """The core doesn't know click."""
    assert is_expected("cli_commands", click.Command("go"))
    assert not is_expected("cli_commands", click.Command(None))
    assert not is_expected("cli_commands", "go")


def factor(code="share", column="share"):
    return records.ScoreFactor(code=code, columns=(records.FactorColumn(name=column, kind="share"),), compute=dict)


def section(code="big", report="deciles"):
    return records.ReportSection(code=code, report=report, title="t", build=list)


def renderer(code="html", suffix=".html"):
    return records.Renderer(code=code, suffixes=(suffix,), media_type="", binary=False, render=bytes)


@pytest.mark.parametrize("word", ["a", "abc", "recent_12_months", "x1"])
def test_codes_are_words_in_lower_case(word):
    assert [] == list(bad_codes("score_factors", factor(word, word)))
    assert [] == list(bad_codes("report_sections", section(word, word)))
    assert [] == list(bad_codes("document_renderers", renderer(word, ".tar.gz")))


@pytest.mark.parametrize("word", ["", "A", "Return Share", "return-share", "1st", "_a", "份额", "a.b", "a\n", "x ", None, 3])
def test_what_is_no_code_is_found(word):
    """Spaces, capitals and signs would have to be quoted in expressions, in commands and in `patron.toml`."""
    assert [("factor", word)] == list(bad_codes("score_factors", factor(code=word)))
    assert [("column", word)] == list(bad_codes("score_factors", factor(column=word)))
    assert [("section", f"{word}.big")] == list(bad_codes("report_sections", section(report=word)))
    assert [("renderer", word)] == list(bad_codes("document_renderers", renderer(code=word)))
    assert [("suffix", word)] == list(bad_codes("document_renderers", renderer(suffix=word)))


@pytest.mark.parametrize("kind", ["factor", "column", "section", "renderer", "suffix", "command", "name"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_words_for_every_double(kind, lang):
    assert CORE.section(lang, "host")[f"duplicate_{kind}"]


@pytest.mark.parametrize("kind", ["factor", "column", "section", "renderer", "suffix"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_words_for_every_bad_code(kind, lang):
    assert "{code!r}" in CORE.section(lang, "host")[f"bad_{kind}"]
