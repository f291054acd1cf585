"""
`patron score` without INPUT, and `patron runs`: from the order lines of the database to scores that can be explained.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import insert

from patron.app import App
from patron.core.nouns import Customer, User
from patron.core.store.bulk import write_columns
from patron.core.store.tables import TABLES

DAY = 86_400_000_000
AS_OF = ("--as-of", "2025-12-31")


@pytest.fixture(name="shop")
def _shop(patron):
    """Make a database with twenty customers, some of a sales rep, each with three lines that grow with the customer's number."""
    assert 0 == patron("init").code
    with App.open().session() as session:
        with session.write() as work:
            wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
            work.add(User(login="lin", name="林", roles=("director",)))
            work.add_many([Customer(name=f"C{one}", owner_user_id=wang.id if one % 2 else None) for one in range(1, 21)])
            orders = [{"id": one, "customer_id": one, "number": str(one)} for one in range(1, 21)]
            now = session.clock.now()
            work.connection.execute(
                insert(TABLES["order"]), [{**order, "source": "main", "status": "placed", "ordered_at": now} for order in orders]
            )
            work.commit()
        number = np.arange(60)
        columns = {
            "id": number + 1,
            "order_id": number % 20 + 1,
            "customer_id": number % 20 + 1,
            "at": (20_200 + number) * DAY,
            "quantity": np.full(60, 10_000),
            "amount": (number % 20 + 1) * 10_000,
        }
        table = pa.table({**columns, "key": [str(one) for one in number.tolist()]})
        write_columns(session.records.database, TABLES["order_line"], table.schema, table.to_batches())
    return patron


def runs(shop):
    return json.loads(shop("runs", "list", "--format", "json").out)


def test_the_database_is_scored_and_the_run_is_published(shop):
    result = shop("score", *AS_OF)

    assert (0, "Run value-1 published: 20 customers.\n") == (result.code, result.err)
    assert "Customers in groups" in result.out
    assert [("value-1", "current", 20)] == [(run["code"], run["state"], run["customers"]) for run in runs(shop)]


def test_files_are_written_as_from_a_file(shop):
    result = shop("score", *AS_OF, "-o", "scores.csv", "--report", "report.html", "--format", "json")

    assert 0 == result.code
    assert 20 == json.loads(result.out)["customers"]
    assert "CNY" == json.loads(result.out)["currency"]
    assert Path("scores.csv").read_text().splitlines()[1].startswith("20,")
    assert Path("report.html").exists()


def test_a_filter_names_columns_of_order_lines(shop):
    result = shop("score", *AS_OF, "--where", "customer_id > 15 and quantity == 1", "--no-keep", "--format", "json")

    assert 5 == json.loads(result.out)["customers"]
    assert [] == runs(shop)


def test_options_of_files_are_refused_together(shop):
    result = shop("score", "--customer", "id", "--decimal", ".", "--groups", "5")

    assert 2 == result.code
    assert "--customer, --decimal." in result.err
    assert [] == runs(shop)


def test_a_file_needs_its_options_as_ever(shop):
    Path("in.csv").write_text("who,when,money\na,2025-01-05,10\n")
    result = shop("score", "in.csv", "--customer", "who", "--amount", "money")
    assert (2, True) == (result.code, "--time" in result.err)

    result = shop("score", "in.csv", "--customer", "who", "--amount", "money", "--time", "when", "--no-keep")
    assert (2, True) == (result.code, "--no-keep" in result.err)


def test_without_a_database_a_file_must_be_named(patron):
    result = patron("score", "--customer", "id", "--time", "at", "--amount", "amount")

    assert 2 == result.code
    assert "patron init" in result.err


def test_an_empty_database_says_how_to_fill_it(patron):
    patron("init")
    result = patron("score")

    assert 1 == result.code
    assert "patron import orders" in result.err


def test_who_may_not_publish_scores_what_they_see_and_keeps_nothing(shop):
    result = shop("--as", "wang", "score", *AS_OF, "--format", "json")

    assert (0, 10) == (result.code, json.loads(result.out)["customers"])
    assert "not kept" in result.err
    assert [] == runs(shop)


def test_a_customer_is_explained(shop):
    shop("score", *AS_OF)
    shop("score", "--as-of", "2025-06-30", "--where", "customer_id != 20")
    result = shop("runs", "explain", "19")

    head, _, titles, group, *_ = result.out.splitlines()
    assert "Customer 19 (C19) · run value-2 as of 2025-06-30 · before: run value-1 as of 2025-12-31" == head
    assert "Decided by" in titles
    assert ["Group", "1", "Rank", "1", "2", "1", "…", "2"] == group.split()


def test_an_explanation_for_programs_has_everything(shop):
    shop("score", *AS_OF)
    found = json.loads(shop("runs", "explain", "7", "--run", "value-1", "--format", "json").out)

    decile = found["scores"][0]
    assert ("decile", 7, None) == (decile["name"], decile["value"], found["before"])
    assert {"name": "rank", "kind": "count", "value": 14, "before": None, "least": 13, "greatest": 14} == decile["decided_by"][0]
    assert [1, 2] == decile["bounds"]["1"]["rank"]


def test_runs_speak_chinese(shop):
    shop("score", *AS_OF)

    assert "当前" in shop("--lang", "zh", "runs", "list").out
    assert "名次" in shop("--lang", "zh", "runs", "explain", "C7").out


def test_a_run_is_shown_as_scoring_showed_it(shop):
    printed = shop("score", *AS_OF).out
    shown = shop("runs", "show").out

    assert shown.startswith("Run value-1 · published ")
    assert printed == shown.partition("\n")[2]
    assert "value-1" == json.loads(shop("runs", "show", "value-1", "--format", "json").out)["code"]


def test_a_run_that_is_not_there_is_told(shop):
    shop("score", *AS_OF)
    result = shop("runs", "show", "value-9")

    assert (1, True) == (result.code, "value-1" in result.err)


def test_totals_are_for_who_may_see_all_scores(shop):
    shop("score", *AS_OF)

    assert 1 == shop("--as", "wang", "runs", "show").code
    assert 0 == shop("--as", "lin", "runs", "show").code
    assert 0 == shop("--as", "wang", "runs", "explain", "7").code
    assert 1 == shop("--as", "wang", "runs", "explain", "8").code
