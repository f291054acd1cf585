"""`patron analyse`: the group, and what it costs."""

import json
import subprocess
import sys
from pathlib import Path

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


SALES = "order,who,day,thing,amount,days,end,channel\n" + "".join(
    f"{order},c{order % 4},2025-0{1 + order % 8}-11,{thing},{order + 1}.50,{order},{('lost', 'open')[order % 2]},phone\n"
    for order in range(12)
    for thing in ("a", "b=c", "d|e")[: 1 + order % 3]
)
ARGUMENTS = {
    "basket": ("--transaction", "order", "--item", "thing", "--min-support", "0.1", "--min-confidence", "0.1"),
    "contribution": ("--by", "who,thing", "--amount", "amount"),
    "cost": ("--customer", "who", "--channel", "channel"),
    "profile": ("--target", "thing == 'a'", "--fields", "who,days", "--min-group", "1"),
    "sequence": (
        *("--customer", "who", "--time", "day", "--item", "thing", "--within", "200"),
        *("--min-support", "0.1", "--min-confidence", "0.1"),
    ),
    "survival": ("--duration", "days", "--event", "end"),
    "value": ("--customer", "who", "--time", "day", "--amount", "amount", "--as-of", "2025-12-31"),
}


@pytest.mark.parametrize("name", sorted(analyse.commands))
def test_what_is_printed_as_csv_is_what_is_written(name, text_file, tmp_path, printed):
    """The very text, for every analysis; and JSON is JSON."""
    args = (name, text_file(SALES), *ARGUMENTS[name])
    shown = printed(*args, "--format", "csv", "-o", tmp_path / "out.csv")

    assert (0, Path(tmp_path / "out.csv").read_text("utf-8")) == (shown.exit_code, shown.stdout)
    assert shown.stdout.count("\n") > 1
    assert json.loads(printed(*args, "--format", "json").stdout)
