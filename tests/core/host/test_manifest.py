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
[title]
en = "One"
zh = "一"
[commands]
go = { en = "Go", zh = "走" }
"""


def test_whole_manifest():
    expected = Manifest(
        api=(1, 2),
        hooks=("cli_commands",),
        title={"en": "One", "zh": "一"},
        commands={"go": {"en": "Go", "zh": "走"}},
        order=7,
        default=False,
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
    ],
)
def test_refusals_name_plugin_and_key(old, new, message):
    assert old in WHOLE

    with pytest.raises(PluginError, match=rf"The plugin one was refused: .*{message}"):
        parse_manifest(tomllib.loads(WHOLE.replace(old, new)), "one")
