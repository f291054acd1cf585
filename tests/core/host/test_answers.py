"""The table of answers: one line for each hook, and what it says is there."""

import inspect

import click
import pytest

from patron.core import hookspecs, records
from patron.core.host import Host
from patron.core.host.answers import ANSWERS, is_expected
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


@pytest.mark.parametrize("kind", ["factor", "column", "section", "renderer", "suffix", "command", "name"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_words_for_every_double(kind, lang):
    assert CORE.section(lang, "host")[f"duplicate_{kind}"]
