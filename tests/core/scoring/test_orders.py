"""
Scoring the order lines of the database: the same result as scoring a file of the same lines.
"""

from datetime import date
from io import BytesIO

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert, update

from patron.core.access import DeniedError
from patron.core.crm import Query, list_records, show_customer
from patron.core.errors import InputError, PatronError, UsageError
from patron.core.exchange import CsvWriter, ExportCommand, export_records
from patron.core.nouns import Customer, User
from patron.core.scoring import ScoreCommand, score
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.orders import score_orders
from patron.core.scoring.result import money_array
from patron.core.scoring.runs import explain
from patron.core.store.bulk import write_columns
from patron.core.store.tables import TABLES

AS_OF = date(2025, 12, 31)
COMMAND = ScoreCommand(inputs=(), customer="", time="", amount="", as_of=AS_OF)
LINES = 3_000
CUSTOMERS = 200
DAY = 86_400_000_000
MONEY = ("amount", "cost", "discount")


@pytest.fixture(name="session")
def _session(patron):
    with patron.session() as opened:
        yield opened


@pytest.fixture(name="lines")
def _lines(session):
    """Return the lines that were put into the database, as columns in the database's own units."""
    with session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        owners = dict.fromkeys(range(1, CUSTOMERS + 1, 4), wang.id)
        customers = [Customer(name=f"C{number}", owner_user_id=owners.get(number)) for number in range(1, CUSTOMERS + 1)]
        work.add_many(customers)
        orders = [{"customer_id": 1 + number % CUSTOMERS, "number": str(number), "ordered_at": 0} for number in range(1, 1001)]
        rows = [{"id": number, "source": "main", "status": "placed", **order} for number, order in enumerate(orders, 1)]
        work.connection.execute(insert(TABLES["order"]), [{**row, "ordered_at": session.clock.now()} for row in rows])
        work.commit()
    random = np.random.default_rng(3)
    order_id = random.integers(1, 1001, LINES)
    columns = {
        "id": np.arange(1, LINES + 1),
        "order_id": order_id,
        "customer_id": 1 + order_id % CUSTOMERS,
        "at": (19_700 + random.integers(0, 680, LINES)) * DAY + random.integers(0, DAY, LINES),
        "amount": random.integers(-200_000, 9_000_000, LINES),
        "quantity": np.full(LINES, 10_000),
    }
    table = pa.table(
        {
            **columns,
            "key": [str(number) for number in range(LINES)],
            "cost": pa.array(random.integers(0, 5_000_000, LINES), mask=random.random(LINES) < 0.02),
            "discount": pa.array(random.integers(0, 500_000, LINES), mask=random.random(LINES) < 0.5),
            "product_code": pa.array([f"SKU-{number}" for number in random.integers(1, 60, LINES)]),
        }
    )
    write_columns(session.records.database, TABLES["order_line"], table.schema, table.to_batches())
    return table


def file_of(lines, path):
    """Write the lines as anybody would export them."""
    money = {name: money_array(lines[name].fill_null(0).to_numpy(), lines[name].is_null().to_numpy()) for name in MONEY}
    times = lines["at"].combine_chunks().view(pa.timestamp("us", "UTC"))
    exported = pa.table(
        {
            "customer_id": lines["customer_id"],
            "order_id": lines["order_id"],
            "at": times,
            "product": lines["product_code"],
            **money,
        }
    )
    pq.write_table(exported, path)
    return path


def from_file(session, path, **options):
    named = {name: name for name in (*MONEY, "product")}
    return score(
        session, attrs.evolve(COMMAND, inputs=(path,), customer="customer_id", time="at", order="order_id", **named, **options)
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by": "margin", "groups": 7},
        {"where": "product != 'SKU-7' and amount > 10"},
        {"zone": "Asia/Shanghai", "ties": "together"},
    ],
    ids=["plain", "margin", "where", "zone"],
)
def test_the_database_scores_as_a_file_of_its_lines(session, lines, tmp_path, options):
    """The same deciles, totals, factors, to the last bit."""
    stored = score_orders(session, attrs.evolve(COMMAND, **options))
    filed = from_file(session, file_of(lines, tmp_path / "lines.parquet"), **options)

    assert filed.table().equals(stored.table())
    same = {"seconds": 0.0, "currency": "CNY", "parameters": {}, "id": ""}
    assert attrs.evolve(filed.run, rows=stored.run.rows, **same) == attrs.evolve(stored.run, **same)
    assert filed.run.id == stored.run.id


def test_lines_of_cancelled_orders_are_no_purchases(session, lines):
    with session.write() as work:
        work.connection.execute(update(TABLES["order"]).where(TABLES["order"].c.id <= 500).values(status="cancelled"))
        work.commit()

    assert sum(number > 500 for number in lines["order_id"].to_pylist()) == score_orders(session, COMMAND).run.rows.used


def test_lines_left_out_are_told_by_their_id(session, lines):
    """Where a file has lines, the database has ids."""
    run = score_orders(session, attrs.evolve(COMMAND, as_of=date(2025, 1, 1))).run
    late = [number for number, at in zip(lines["id"].to_pylist(), lines["at"].to_pylist(), strict=True) if at >= 20_090 * DAY]

    assert len(late) == run.rows.skipped["after_as_of"].count
    assert late[:3] == [place.line for place in run.rows.skipped["after_as_of"].first[:3]]


def test_columns_without_a_value_are_not_there(session, lines):
    """Without a single cost there are no margins, rather than margins of nobody."""
    with session.write() as work:
        work.connection.execute(update(TABLES["order_line"]).values(cost=None, discount=None, product_code=None))
        work.commit()
    scores = score_orders(session, COMMAND)

    assert {"margin", "discount", "products"}.isdisjoint(scores.customers.columns)
    with pytest.raises(UsageError) as refused:
        score_orders(session, attrs.evolve(COMMAND, by="margin"))
    assert "score_run.no_costs" == refused.value.key


def test_an_actor_scores_the_lines_that_the_actor_may_see(patron, session, lines):
    with patron.session("wang") as theirs:
        scores = score_orders(theirs, COMMAND)

    assert set(range(1, CUSTOMERS + 1, 4)).issuperset(scores.customers.ids.tolist())
    assert 0 < len(scores.customers) < CUSTOMERS


def test_who_may_see_no_lines_is_refused(patron, session, lines):
    with session.write() as work:
        work.add(User(login="mei", name="梅"))
        work.commit()

    with patron.session("mei") as theirs, pytest.raises(DeniedError):
        score_orders(theirs, COMMAND)


def test_no_lines_are_told(session):
    with pytest.raises(InputError) as refused:
        score_orders(session, COMMAND)

    assert "score_run.no_lines" == refused.value.key


def test_a_filter_names_columns_that_there_are(session, lines):
    with pytest.raises(UsageError, match="amount"):
        score_orders(session, attrs.evolve(COMMAND, where="amuont > 3"))


def test_who_may_see_no_scores_makes_none(patron):
    """The role of service sees every order, and no score."""
    from patron.core.access import DeniedError
    from patron.core.nouns import User
    from patron.core.scoring import ScoreCommand
    from patron.core.scoring.orders import score_orders

    with patron.session() as session, session.write() as work:
        work.add(User(login="tom", name="Tom", roles=("service",)))
        work.commit()
    with patron.session("tom") as session, pytest.raises(DeniedError):
        score_orders(session, ScoreCommand(inputs=(), customer="", time="", amount=""))


def test_a_run_of_the_database_tells_of_the_published_one(patron, session, lines):
    """Ranks before and places risen are there from the second run on; who sees a part of the customers is not compared."""
    assert "rank_before" not in score_orders(session, COMMAND).customers
    keep_scores(session, score_orders(session, COMMAND))
    again = score_orders(session, COMMAND).customers
    assert np.array_equal(again["rank"].values, again["rank_before"].values)
    assert not again["rank_change"].values.any()
    with patron.session("wang") as theirs:
        assert "rank_before" not in score_orders(theirs, COMMAND).customers


def test_a_composite_score_is_explained_by_what_each_factor_brought(patron, lines):
    """To the last digit, from the scorecard that is kept with the run; also to who may see this customer's scores alone."""
    factors = {"monetary": {"transform": "log"}, "recency": {"reverse": True}, "abc": {"codes": {"A": 100, "C": 10}, "other": 50}}
    declaring = patron._replace(settings=patron.settings._replace(composites={"promise": {"factors": factors}}))
    with declaring.session() as session:
        keep_scores(session, score_orders(session, COMMAND))
    for login in (None, "wang"):
        with patron.session(login) as session:
            (found,) = [score for score in explain(session, 1).scores if score.name == "promise"]
        assert found.value.scaleb(4) == sum(part.contribution for part in found.parts)
        assert ["monetary", "recency", "abc"] == [part.name for part in found.parts]


@pytest.mark.parametrize("with_cost", [True, False])
def test_what_is_made_of_costs_is_for_those_who_may_see_costs(patron, session, lines, with_cost):
    """In whatever steps: what is made of a margin alone is that margin. Where no costs were given nobody is refused anything."""
    if not with_cost:
        with session.write() as work:
            work.connection.execute(update(TABLES["order_line"]).values(cost=None))
            work.commit()
    composites = {"net": {"factors": {"recent_value": {}}}, "mix": {"factors": {"net": {}, "orders": {}}}}
    tiers = {"club": {"rules": [{"tier": "gold", "where": "mix > 0"}, {"tier": "basic"}]}}
    declaring = patron._replace(settings=patron.settings._replace(composites=composites, tiers=tiers))
    with declaring.session() as writing:
        keep_scores(writing, score_orders(writing, COMMAND))
        mine = scores_seen(writing)
    with declaring.session("wang") as theirs:
        seen = scores_seen(theirs)
        hidden = {"margin", *REVEALING} if with_cost else set()
        assert {"monetary", "orders", "decile", "abc"} <= seen == mine - hidden
        assert hidden.isdisjoint(name for score in explain(theirs, 1).scores for name in (score.name, *causes_of(score)))
        for name in hidden:
            with pytest.raises(PatronError, match=name):
                list_records(theirs, Query(noun="customer", where=f"{name} is missing"))
            with pytest.raises(PatronError, match=name):
                list_records(theirs, Query(noun="customer", order=(f"-{name}",)))
            with pytest.raises(PatronError, match=name):
                export_records(theirs, ExportCommand(kind="customers", columns=(name,)), CsvWriter(BytesIO(), "utf-8"))
    assert mine >= {*REVEALING}


REVEALING = (
    "recent_value",
    "previous_value",
    "net",
    "mix",
    "club",
    "club_since",
    "club_before",
    "declining",
    "loyalty",
    "profit_group",
)


def scores_seen(session):
    return set(show_customer(session, 1).scores.values)


def causes_of(score):
    return [cause.name for cause in score.causes] + [part.name for part in score.parts]


def test_ranks_by_margin_are_made_of_costs(patron, session, lines):
    keep_scores(session, score_orders(session, attrs.evolve(COMMAND, by="margin")))
    with patron.session("wang") as theirs:
        seen = scores_seen(theirs)

    assert {"rank", "decile", "cumulative_share"}.isdisjoint(seen)
    assert "monetary" in seen
