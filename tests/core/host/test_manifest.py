"""The manifest of a plugin: what it may say, and what is refused."""

import tomllib

import pytest

from patron.core.errors import PluginError
from patron.core.host.manifest import Manifest, parse_manifest

WHOLE = """
api = [1, 2]
hooks = ["cli_commands"]
languages = ["en", "zh"]
order = 7
default = "off"
tables = "patron_one.tables"
[title]
en = "One"
zh = "一"
[commands]
go = { en = "Go", zh = "走" }
[fields.lead."one.size"]
kind = "integer"
[codes.source.one]
family = "web"
[roles.sales_rep.read]
one_things = "own"
"""


def test_whole_manifest():
    expected = Manifest(
        api=(1, 2),
        hooks=("cli_commands",),
        title={"en": "One", "zh": "一"},
        commands={"go": {"en": "Go", "zh": "走"}},
        order=7,
        default=False,
        tables="patron_one.tables",
        fields={"lead": {"one.size": {"kind": "integer"}}},
        codes={"source": {"one": {"family": "web"}}},
        roles={"sales_rep": {"read": {"one_things": "own"}}},
    )

    assert expected == parse_manifest(tomllib.loads(WHOLE), "one")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("api = [1, 2]", "", "lacks the key api"),
        ("api = [1, 2]", "api = 1", r"api in its manifest must look like \[1, 1\]"),
        ("api = [1, 2]", "api = [2, 1]", "api"),
        ("api = [1, 2]", "api = [true, true]", "api"),
        ("api = [1, 2]", 'api = ["1", "2"]', "api"),
        ('["cli_commands"]', '"cli_commands"', "hooks"),
        ('["cli_commands"]', '["cli_commands", "cli_commands"]', "hooks"),
        ('["cli_commands"]', "[1]", "hooks"),
        ("order = 7", "ordre = 7", "unknown key ordre"),
        ("order = 7", 'order = "7"', "order"),
        ("order = 7", "order = true", "order"),
        ('default = "off"', "default = false", "default"),
        ('zh = "一"', "", "title"),
        ('zh = "一"', "zh = 1", "title"),
        (', zh = "走"', "", "commands.go"),
        ("[commands]\n", "[[commands]]\n", "commands"),
        ('"patron_one.tables"', '"patron-one"', "tables"),
        ('"patron_one.tables"', "[]", "tables"),
        ('[fields.lead."one.size"]', "[fields.lead]", "fields"),
        ("[codes.source.one]", "[codes.source]", "codes"),
        ("[roles.sales_rep.read]", "[roles.sales_rep]", "roles"),
    ],
)
def test_refusals_name_plugin_and_key(old, new, message):
    assert old in WHOLE

    with pytest.raises(PluginError, match=rf"The plugin one was refused: .*{message}"):
        parse_manifest(tomllib.loads(WHOLE.replace(old, new)), "one")
