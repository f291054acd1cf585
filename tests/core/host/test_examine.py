"""A thorough look at plugins finds everything that is wrong, each thing once."""

import pytest

from patron.core.config import PluginSettings, Settings
from patron.core.host import Host
from patron.core.host.examine import examine

RAISES = "@hookimpl\ndef report_sections():\n    raise ValueError\n@hookimpl\ndef score_factors():\n    raise KeyError\n"
RENDERERS = """
from patron.core.records import Renderer

@hookimpl
def document_renderers():
    return [Renderer(code=code, suffixes=(".s",), media_type="", binary=False, render=bytes) for code in "{}"]
"""
COMMANDS = "import click\n@hookimpl\ndef cli_commands():\n    return [click.Command('go')]\n"
GO = {"hooks": '["cli_commands"]', "commands": '{go = {en = "Go", zh = "走"}}'}
DRAWS = {"hooks": '["document_renderers"]'}
KNOWN = {"source": ("webshop",), "contact_channel": ("web",)}
BOTH = {"hooks": '["report_sections", "score_factors"]'}


def problems(*names, **plugins):
    host = Host.open(Settings(plugins=PluginSettings(**plugins)))
    found = examine(host, [host.plugin(name) for name in names], KNOWN)
    return [(problem.key, problem.details["plugin"]) for problem in found]


def test_built_in_plugins_are_sound():
    assert [] == problems("demo", "renderers", "reports", "scores")


def test_every_failing_hook_is_found(install):
    install("one", RAISES, **BOTH)

    assert [("host.failed", "one"), ("host.failed", "one")] == problems("one")


def test_refusal_is_said_once(install):
    install("one", api="[9, 9]", **BOTH)
    install("two", "", **BOTH)

    assert [("host.api", "one"), ("host.not_implemented", "two")] == problems("one", "two")


@pytest.mark.parametrize("code", ["import nowhere_at_all", "1 +", "@hookimpl\ndef score_factors(session):\n    pass\n"])
def test_what_keeps_a_plugin_from_being_imported_is_said_once(install, code):
    """However many hooks it has."""
    install("one", code, **BOTH)

    assert 1 == len(problems("one"))


def test_duplicates_of_all_hooks_are_found(install):
    install("one", RENDERERS.format("aa"), **DRAWS)

    assert [("host.duplicate_renderer", "one"), ("host.duplicate_suffix", "one")] == problems("one")


@pytest.mark.parametrize("name", ["aa", "bb"])
def test_a_code_shared_with_a_plugin_that_is_not_asked_about_is_found(install, name):
    """Whichever of the two is asked about."""
    install("aa", RENDERERS.format("x"), **DRAWS)
    install("bb", RENDERERS.format("y"), **DRAWS)

    assert [("host.duplicate_suffix", "bb")] == problems(name)
    assert [] == problems("scores")


def test_constants_that_nobody_knows_are_found(install):
    """Each of them, with what is known."""
    code = """
from patron import Channel

@hookimpl
def channels():
    return [
        Channel(code="own", source="websho", contact="webb", transports=("htp", "mail"), parse=print),
        Channel(code="good", source="webshop", contact="web", parse=print),
    ]
"""
    install("one", code, hooks='["channels"]')
    host = Host.open(Settings())
    found = [problem.message("en") for problem in examine(host, [host.plugin("one")], KNOWN)]

    assert [
        "The plugin one failed in channels: source = 'websho' of own is none of what it can be: webshop.",
        "The plugin one failed in channels: contact = 'webb' of own is none of what it can be: web.",
        "The plugin one failed in channels: transports = 'htp' of own is none of what it can be: file, http, mail, poll.",
    ] == found


def test_what_else_is_wrong_with_others_is_not_said(install):
    install("aa", RAISES, **BOTH)
    install("bb", RENDERERS.format("x"), **DRAWS)

    assert [] == problems("bb")


@pytest.mark.parametrize("name", ["aa", "bb"])
def test_a_shared_command_is_found(install, name):
    install("aa", COMMANDS, **GO)
    install("bb", COMMANDS, **GO)

    assert [("host.duplicate_command", "bb")] == problems(name) == problems("aa", "bb")


def test_a_plugin_that_is_off_is_compared_with_those_that_are_on(install):
    """So that what would clash is known before it is switched on; those that are off are no matter to others."""
    install("aa", COMMANDS, **GO)
    install("bb", COMMANDS, **GO)

    assert [("host.duplicate_command", "aa")] == problems("aa", off=("aa",))
    assert [] == problems("bb", off=("aa",))
