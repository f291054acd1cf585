"""`patron analyse`: the group, and what it costs."""

import subprocess
import sys

import pytest

from patron.plugins.mining import cli_commands
from patron.plugins.mining.commands import analyse

LOOK = "import sys, patron.plugins.mining.commands; print(sorted({'numpy', 'numba', 'pyarrow', 'rich'} & set(sys.modules)))"


def test_hook_cli_commands_brings_the_group():
    assert [analyse] == list(cli_commands())


def test_the_group_loads_nothing_heavy():
    """Help on any analysis costs click alone."""
    printed = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True).stdout

    assert "[]" == printed.strip()


@pytest.mark.parametrize("name", sorted(analyse.commands))
def test_every_command_has_words_for_its_help(name):
    command = analyse.commands[name]

    assert name == command.name
    assert command.help
