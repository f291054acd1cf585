"""The steps between files and database: a configuration of its own, and nothing among real customers."""

import tomllib
from datetime import UTC, datetime

import attrs
import pytest

from patron import Batch, Customer, Team
from patron.app import App
from patron.core.administration.initialising import initialise
from patron.core.errors import UsageError
from patron.core.i18n import CORE
from patron.plugins.demo.dealership.commands import WORDS
from patron.plugins.demo.dealership.files import files_of
from patron.plugins.demo.dealership.plan import Dealership
from patron.plugins.demo.dealership.steps import commands, find_batch, refuse_strange, write_configuration

PLAN = Dealership(leads=20)


@pytest.fixture(name="session")
def _session(tmp_path):
    """Return a session on a database that was just made by the configuration of a dealership."""
    path = write_configuration(tmp_path, PLAN, WORDS)
    path.write_text(f'{path.read_text("utf-8")}\n[store]\ndatabase = "sqlite:///patron.db"\n', "utf-8")
    with App.open(path, environ={"XDG_CACHE_HOME": str(tmp_path)}).session() as session:
        initialise(session)
        yield session


def add(session, *records):
    with session.write() as work:
        for record in records:
            work.add(record)
        work.commit()


def batch(**values):
    usual = Batch(kind="user", file="staff.csv", digest="0" * 64, status="done", started_at=datetime(2026, 1, 1, tzinfo=UTC))
    return attrs.evolve(usual, **values)


def test_the_configuration_is_one_that_is_read(tmp_path):
    settings = App.open(write_configuration(tmp_path, PLAN, WORDS), environ={}).settings

    assert "Asia/Shanghai" == settings.timezone
    assert {"near_buy", "intent", "potential"} == set(settings.codes["lead_level"])


def test_the_configuration_of_the_same_dealership_stays(tmp_path):
    path = write_configuration(tmp_path, PLAN, WORDS)
    path.write_text(f'{path.read_text("utf-8")}\nlang = "zh"\n', "utf-8")
    before = path.read_text("utf-8")

    assert path == write_configuration(tmp_path, PLAN, WORDS)
    assert before == path.read_text("utf-8")
    assert tomllib.loads(before)


@pytest.mark.parametrize("text", ["", 'timezone = "UTC"\n', "# An example dealership"])
def test_any_other_configuration_is_refused(tmp_path, text):
    path = tmp_path / "patron.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(UsageError, match="not that of this dealership"):
        write_configuration(tmp_path, PLAN, WORDS)
    assert text == path.read_text("utf-8")


def test_another_size_is_another_dealership(tmp_path):
    write_configuration(tmp_path, PLAN, WORDS)

    with pytest.raises(UsageError, match="--dir"):
        write_configuration(tmp_path, Dealership(leads=21), WORDS)


def test_a_database_with_customers_of_others_is_refused(session):
    refuse_strange(session, WORDS)
    add(session, Customer(name="Real"))

    with pytest.raises(UsageError, match="customers in the database already"):
        refuse_strange(session, WORDS)


def test_its_own_database_is_taken_again(session):
    add(session, Customer(name="Invented"), batch())

    refuse_strange(session, WORDS)


def test_commands_make_teams_once_and_import_every_file(session):
    files = files_of(PLAN)
    first = list(commands(session, files))
    add(session, Team(code="sales-a", name="A"), Team(code="sales-b", name="B"))
    again = list(commands(session, files))

    assert ["team", "team", "import"] == [words[0] for words in first[:3]]
    assert first[2:] == again
    imports = [words for words in again if words[0] == "import"]
    assert [file.name for file in files] == [words[2] for words in imports]
    assert ["score", "report"] == [words[0] for words in again[len(imports) :]]


def test_the_last_import_of_contacts_that_stands_can_be_taken_back(session):
    assert 0 == find_batch(session)
    add(session, batch(kind="interaction", status="reverted"), batch(kind="interaction"), batch())

    assert 2 == find_batch(session)


def test_words_are_there():
    assert WORDS.find("en", "demo.strange_database") != WORDS.find("zh", "demo.strange_database")
    assert CORE.find("en", "demo.strange_database") is None
