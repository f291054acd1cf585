"""`patron demo`: it makes the shop, and runs the score that it shows."""

from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from patron.app import App
from patron.core.errors import OutputError, UsageError
from patron.plugins.demo import cli_commands, commands
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


@pytest.fixture(name="dealerships")
def _dealerships():
    """Return the dealerships that would have been made."""
    return []


@pytest.fixture(name="run")
def _run(tmp_path, monkeypatch, notices, dealerships):
    """Return a function that runs a command line below a root whose score command prints its arguments; no dealership is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PATRON_CONFIG", raising=False)
    monkeypatch.setattr(commands, "make_dealership", lambda context, folder, seed: dealerships.append((folder, seed)))
    root = click.Group("patron", commands={"demo": demo})

    @root.command(context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def score(arguments):
        click.echo(" ".join(arguments))

    def run(*arguments, lang="en", without=None, **environ):
        if without:
            root.commands.pop(without)
        app = App.open(lang=lang, reporter=notices, environ={"XDG_CACHE_HOME": str(tmp_path), **environ})
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


def test_demo_makes_a_dealership_beside_the_shop(run, dealerships):
    run("demo", "--lines", "100", "--dir", "trial", "--seed", "3")

    assert [(Path("trial/dealership"), 3)] == dealerships


@pytest.mark.parametrize("variable", ["PATRON_CONFIG", "PATRON_STORE_DATABASE"])
def test_demo_refuses_an_environment_that_names_another_database(run, tmp_path, variable):
    """Nothing is made: what the demo shows would go where people work."""
    (tmp_path / "mine.toml").touch()
    with pytest.raises(UsageError, match=f"unset {variable}"):
        run("demo", **{variable: str(tmp_path / "mine.toml") if variable == "PATRON_CONFIG" else "sqlite:///mine.db"})

    assert not (tmp_path / "demo").exists()


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
