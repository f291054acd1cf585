"""
The whole `patron import`, from a file to records with rights, history and checkpoint, into each database.

Each lap is a process with a new database, so that start and first rows count; leads that change are brought in by another process
before. There is no peer: what is compared is one database with the other, and a run with the run before.
"""

import random
import subprocess
import sys
from functools import partial

import pytest

from patron.core.store import Database
from patron.core.store.migrations.upgrade import upgrade
from patron.testing.postgresql import find_program, private_cluster

DATABASES = ("sqlite", "postgresql")
PRESENT = [name for name in DATABASES if name == "sqlite" or find_program("initdb") is not None]
ABSENT = {name: "not on this machine" for name in DATABASES if name not in PRESENT}
FAMILIES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红娥玲梅鑫"
LINES_OF_AN_ORDER, LINES_OF_A_CUSTOMER = 4, 20


@pytest.fixture(scope="session", name="folder_of")
def _folder_of(request, tmp_path_factory):
    """Return a function that gives a new folder with a configured, empty database of a kind, whose departments are there."""

    def give(kind):
        folder = tmp_path_factory.mktemp("import")
        address = request.getfixturevalue("server").new_database() if kind == "postgresql" else "sqlite:///patron.db"
        (folder / "patron.toml").write_text(f'[store]\ndatabase = "{address}"\ncurrency = "CNY"\n', "utf-8")
        database = Database.at(address, folder, create=True)
        upgrade(database)
        database.close()
        subprocess.run([sys.executable, "-m", "patron", "init"], cwd=folder, check=True, capture_output=True)
        return folder

    return give


@pytest.fixture(scope="session", name="server")
def _server():
    with private_cluster() as cluster:
        yield cluster


def write_leads(path, rows, *, grown=0):
    """Write leads, of people whose names come up again and again, whose likelihood has grown by so much since they were filed."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("姓名,手机,渠道,来店日期,意向车型,可能性,备注,地址\n")
        for number in range(rows):
            source, day, model = dice.choice(["店面", "电话", "forum", "email"]), dice.randrange(1, 29), dice.choice("ABCD")
            filed, likelihood = f"2026-{day % 12 + 1:02d}-{day:02d}", (number + grown) % 100
            name = dice.choice(FAMILIES) + "".join(dice.choices(GIVEN, k=dice.choice([1, 2, 2])))
            address = f"杭州市西湖区文三路{dice.randrange(1, 400)}号" if dice.random() < 0.3 else ""
            phone = f"138{number * 7_368_787 % 10**8:08d}"
            file.write(f"{name},{phone},{source},{filed},{model},{likelihood},n{number},{address}\n")


def write_orders(path, rows):
    dice = random.Random(2)
    with path.open("w", encoding="utf-8") as file:
        file.write("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n")
        for number in range(rows):
            order, customer, day = (
                number // LINES_OF_AN_ORDER,
                number // LINES_OF_A_CUSTOMER,
                number // LINES_OF_AN_ORDER % 28 + 1,
            )
            price, quantity = dice.randrange(100, 99_999), dice.randrange(1, 9)
            time = f"2026-01-{day:02d} {order % 24:02d}:{order % 60:02d}"
            file.write(f"A{order},P{dice.randrange(5_000)},{quantity},{time},{price / 100},C{customer}\n")


WRITERS = {"leads": write_leads, "orders": write_orders, "leads-grown": partial(write_leads, grown=7)}


def importing(run_process, folder_of, kind, what, *paths):
    """Return what imports files into a new database, one behind the other, and measures the last alone."""

    def run():
        config = folder_of(kind) / "patron.toml"
        rejects = config.with_name("rejects.csv")
        commands = [("-m", "patron", "--config", config, "import", what, path, "--rejects", rejects) for path in paths]
        return [run_process(*command)() for command in commands][-1]

    return run


def hold(contest, run_process, folder_of, tmp_path_factory, work, kind, rows, *files):
    if kind in ABSENT:
        pytest.skip("PostgreSQL is not on this machine")
    paths = [tmp_path_factory.getbasetemp() / f"{file}-{rows}.csv" for file in files]
    for file, path in zip(files, paths, strict=True):
        if not path.is_file():
            WRITERS[file](path, rows)
    contestants = {name: importing(run_process, folder_of, name, files[0], *paths) for name in PRESENT}
    assert contest(work=work, rows=rows, engine=kind, contestants=contestants, absent=ABSENT)


@pytest.mark.sizes(quick=[20_000], full=[1_000_000])
@pytest.mark.parametrize("kind", DATABASES)
def test_import_leads(contest, run_process, folder_of, tmp_path_factory, kind, rows):
    """Leads come in with customers, identities, owners and history, each weighed against those who are called so."""
    hold(contest, run_process, folder_of, tmp_path_factory, "import leads", kind, rows, "leads")


@pytest.mark.sizes(quick=[20_000], full=[100_000])
@pytest.mark.parametrize("kind", DATABASES)
def test_import_known_leads(contest, run_process, folder_of, tmp_path_factory, kind, rows):
    """Leads that are there all change in one field."""
    hold(contest, run_process, folder_of, tmp_path_factory, "import known leads", kind, rows, "leads", "leads-grown")


@pytest.mark.sizes(quick=[100_000], full=[1_000_000])
@pytest.mark.parametrize("kind", DATABASES)
def test_import_orders(contest, run_process, folder_of, tmp_path_factory, kind, rows):
    """Order lines come in with orders and customers."""
    hold(contest, run_process, folder_of, tmp_path_factory, "import orders", kind, rows, "orders")
