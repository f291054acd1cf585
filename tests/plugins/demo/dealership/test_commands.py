"""`patron demo dealership` from the first file to the last command that it proposes, in processes of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from patron import Batch, Campaign, Customer, Interaction, Lead, Order, OrderLine, Spend, User, equal
from patron.app import App
from patron.plugins.demo.dealership.faults import FAULTS

pytestmark = pytest.mark.slow

SIZE = ("--leads", "150", "--lines", "700")
LINES_OF_A_CAR = 3


def patron(folder, *words, lang="en"):
    """Run a command line in a folder and return its output; progress and notices come first."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PATRON_")}
    command = [sys.executable, "-m", "patron", "--lang", lang, *words]
    return subprocess.run(command, cwd=folder, env={**env, "COLUMNS": "120"}, capture_output=True, text=True, check=False)


def counted(folder):
    with App.open(folder / "demo/dealership/patron.toml", environ={}).session() as session, session.read() as reader:
        return {
            noun.__name__: reader.count(noun) for noun in (Campaign, Customer, Interaction, Lead, Order, OrderLine, Spend, User)
        }


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory):
    """Return the folder in which a small dealership was made, and how that went."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, patron(folder, "demo", "dealership", *SIZE)


@pytest.fixture(name="folder", scope="module")
def _folder(made):
    folder, result = made
    assert 0 == result.returncode, result.stderr
    return folder / "demo" / "dealership"


@pytest.mark.requirement("R001", "R002", "R009")
def test_everything_is_in_the_database(made, folder):
    """Every lead that the files tell of, from all nine sources, with campaigns, spends and people."""
    counts = counted(made[0])
    with App.open(folder / "patron.toml", environ={}).session() as session, session.read() as reader:
        leads = reader.find(Lead)
        won = [lead for lead in leads if lead.status == "won"]
        ordered = reader.find(Order)

    assert 150 == counts["Lead"]
    assert 700 + LINES_OF_A_CAR * len(won) == counts["OrderLine"]
    assert 9 == len({lead.source for lead in leads})
    assert {lead.id for lead in won} == {order.lead_id for order in ordered} - {None}
    assert all((lead.owner_user_id is None) != (lead.owner_team_id is None) for lead in leads)
    assert min(counts.values()) > 0


def test_only_the_planned_mistakes_are_refused(folder):
    rejects = {path.name: len(path.read_text("utf-8-sig").splitlines()) - 1 for path in folder.glob("*.rejects.csv")}
    planned = {
        "leads-desk.rejects.csv": len(FAULTS["desk"]),
        "leads-reception.rejects.csv": len(FAULTS["reception"]),
        "interactions.rejects.csv": len(FAULTS["contacts"]),
        "orders.rejects.csv": len(FAULTS["orders"]),
    }

    assert planned == rejects


@pytest.mark.requirement("R034", "R035", "R036", "R037")
def test_leads_have_a_history(folder):
    """Likelihood, prices and the point that attracts moved from list to list, and the history tells from what to what."""
    with App.open(folder / "patron.toml", environ={}).session() as session, session.read() as reader:
        moved = {change.field for lead in reader.find(Lead) for change in reader.history(lead) if change.old is not None}

    assert {"likelihood", "quoted_price", "focus_point", "interests", "status", "stage"} <= moved


def test_the_best_customers_are_named(made):
    named = re.findall(r"^ +\d+ +([\d,.]+)  (.+)$", made[1].stdout, re.MULTILINE)[-10:]
    values = [float(value.replace(",", "")) for value, _ in named]

    assert 10 == len(named)
    assert sorted(values, reverse=True) == values


def test_commands_are_shown_as_they_can_be_typed(made, folder):
    """Every command that ran was shown first, and every file of the folder was imported."""
    shown = re.findall(r"^    patron (import \w+ (\S+).*)$", made[1].stderr, re.MULTILINE)

    assert {file for _, file in shown} == {path.name for path in folder.iterdir() if path.suffix in {".csv", ".xlsx"}} - {
        path.name for path in folder.glob("*.rejects.csv")
    }


def test_once_more_doubles_nothing(made, folder):
    before = counted(made[0])
    again = patron(made[0], "demo", "dealership", *SIZE)

    assert 0 == again.returncode, again.stderr
    assert before == counted(made[0])
    assert len(re.findall("nothing was done", again.stdout)) == len(re.findall("patron import", again.stderr))


def test_what_it_proposes_works_as_printed(made, folder):
    """In the order in which it is printed, in a shell."""
    printed = made[1].stdout.split("Try next:\n")[1]
    commands = [line.strip() for line in printed.splitlines() if line.startswith("    ")]
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    script = "set -e\n" + "\necho ---\n".join(commands)
    ended = subprocess.run(["sh", "-c", script], cwd=made[0], env=env, capture_output=True, text=True, check=False)
    leads, best, customer, worklist, histories, reverted = ended.stdout.split("---\n")[1:]

    assert 0 == ended.returncode, ended.stderr
    assert 7 == len(commands)
    assert len(leads.splitlines()) > 1
    assert "last contact" in best
    assert "Scores (from run value-" in customer
    assert "lead without a contact" in worklist
    assert "likelihood" in histories
    assert "Deleted" in reverted
    with App.open(folder / "patron.toml", environ={}).session() as session, session.read() as reader:
        assert reader.first(Batch, equal("kind", "interaction"), equal("status", "reverted")) is not None


def test_files_alone_leave_the_importing_to_others(tmp_path):
    result = patron(tmp_path, "demo", "dealership", *SIZE, "--files-only", "--dir", "here", lang="zh")

    assert 0 == result.returncode, result.stderr
    assert "" == result.stdout
    assert "13 个文件" in result.stderr
    assert not (tmp_path / "here" / "patron.db").exists()


def test_somebody_elses_folder_is_left_alone(tmp_path):
    (tmp_path / "patron.toml").write_text('timezone = "UTC"\n', "utf-8")
    result = patron(tmp_path, "demo", "dealership", "--dir", ".")

    assert 2 == result.returncode
    assert ["patron.toml"] == [path.name for path in tmp_path.iterdir()]
