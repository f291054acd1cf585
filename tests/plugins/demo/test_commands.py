"""`patron demo`: it makes the shop, and runs the score that it shows."""

from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from patron.app import App
from patron.core.errors import OutputError, UsageError
from patron.plugins.demo import cli_commands
from patron.plugins.demo.commands import demo


class Notices:
    """A reporter that keeps what it hears."""

    def __init__(self):
        self.heard = []
        self.done = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def progress(self, description, total):
        return self

    def advance(self, amount):
        self.done += amount

    def notice(self, message):
        self.heard.append(message)


@pytest.fixture(name="notices")
def _notices():
    return Notices()


@pytest.fixture(name="run")
def _run(tmp_path, monkeypatch, notices):
    """Return a function that runs a command line below a root which knows a score command that keeps its arguments."""
    monkeypatch.chdir(tmp_path)
    root = click.Group("patron", commands={"demo": demo})

    @root.command(context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def score(arguments):
        click.echo(" ".join(arguments))

    def run(*arguments, lang="en", without=None):
        if without:
            root.commands.pop(without)
        app = App.open(lang=lang, reporter=notices, environ={"XDG_CACHE_HOME": str(tmp_path)})
        return CliRunner().invoke(root, arguments, obj=app, catch_exceptions=False)

    return run


def test_hook_cli_commands_brings_the_demo():
    assert [demo] == list(cli_commands())


def test_demo_runs_the_command_it_shows(run, notices):
    """The shop is made in the folder, and the score runs on it with every column that the shop has a use for."""
    result = run("demo", "--lines", "1000")
    arguments = result.output.split()

    assert 0 == result.exit_code
    assert Path("demo/shop.parquet").is_file()
    assert "demo/shop.parquet" == arguments[0]
    assert f"patron score {' '.join(arguments)}" in notices.heard[-2]
    assert "demo/scores.html" in notices.heard[-1]
    assert 1_000 == notices.done


def test_demo_speaks_chinese(run, notices):
    run("demo", "--lines", "100", lang="zh")

    assert any("订单明细" in message for message in notices.heard)


def test_demo_says_what_is_missing_without_score(run):
    with pytest.raises(UsageError, match="patron score"):
        run("demo", "--lines", "100", without="score")


def test_demo_says_why_its_folder_can_not_be_made(run):
    Path("demo").write_text("a file", "utf-8")

    assert 2 == run("demo").exit_code
    with pytest.raises(OutputError):
        run("demo", "--dir", "demo/below")


@pytest.mark.parametrize("ids", ["text", "int"])
def test_shop_writes_the_file_alone(run, notices, ids):
    result = run("demo", "shop", "--lines", "2000", "--customers", "100", "--ids", ids, "-o", "shop.parquet")
    table = pq.read_table("shop.parquet")

    assert 0 == result.exit_code
    assert 2_000 == table.num_rows
    assert ("int64" if ids == "int" else "string") == str(table.schema.field("customer_id").type)
    assert "100" in notices.heard[-1]
