"""`patron analyse contribution`: sums by any columns, their ranks, and how they changed."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.access import DeniedError
from patron.core.errors import CapacityError, UsageError
from patron.core.nouns import Customer, Order, OrderLine, User
from patron.core.scoring.rows import RowsCommand
from patron.plugins.mining.contribution.analysis import ContributionCommand, analyse_contribution
from patron.plugins.mining.contribution.forms import contribution_table
from patron.plugins.mining.contribution.keys import group_numbers

LINES = """c,product,region,at,amount,cost
a,car,north,2025-01-05,100,60
a,oil,north,2025-03-01,10.5,2
b,car,south,2025-02-01,90,70
b,oil,south,2025-02-02,9,1
c,car,south,2025-02-03,-90,-70
c,wax,north,,5,
,oil,north,2025-01-01,5,1
"""


@pytest.fixture(name="lines")
def _lines(text_file):
    return text_file(LINES, "lines.csv")


@pytest.fixture(name="found")
def _found(printed):
    return lambda *args: json.loads(printed("contribution", *args, "--format", "json").stdout)


@pytest.mark.requirement("R303")
def test_profit_of_products_by_customer(found, lines):
    """Margin of each product by customer, best first; where a cost is missing there is none."""
    result = found(lines, "--by", "c,product", "--amount", "amount", "--cost", "cost")
    rows = [(row["c"], row["product"], row["margin"]) for row in result["contributions"]]

    assert [("a", "car", "40.0000"), ("b", "car", "20.0000"), ("a", "oil", "8.5000"), ("b", "oil", "8.0000"),
            ("c", "car", "-20.0000"), ("c", "wax", None)] == rows  # fmt: skip
    assert ("124.50", "56.50", 1) == (result["sales"], result["margin"], result["without_margin"])
    assert {"missing_key": 1} == result["rows"]["skipped"]


@pytest.mark.requirement("R099")
@pytest.mark.parametrize(
    ("by", "best"), [("product", ["oil", "car", "wax"]), ("region", ["north", "south"]), ("c", ["a", "b", "c"])]
)
def test_products_customers_and_groups_are_ranked_with_their_ranks_of_before(printed, found, lines, tmp_path, by, best):
    """Three levels, one ranking: until January, and now."""
    old = tmp_path / "old.csv"
    printed("contribution", lines, "--by", by, "--amount", "amount", "--where", "at < '2025-02-02'", "-o", old)
    rows = found(lines, "--by", by, "--amount", "amount", "--previous", old, "--rank", "sales")["contributions"]
    before = {line.split(",")[0].strip('"'): int(line.split(",")[1]) for line in old.read_text("utf-8").splitlines()[1:]}

    sales = [Decimal(row["sales"]) for row in rows]
    assert sorted(sales, reverse=True) == sales
    for row in rows:
        then = before.get(row[by])
        assert then == row["rank_before"]
        assert (None if then is None else then - row["rank"]) == row["rank_change"]
    assert sorted(best) == sorted(row[by] for row in rows)
    assert 1 == pytest.approx(sum(row["sales_share"] for row in rows))


@pytest.mark.requirement("R102")
def test_what_customers_may_yet_buy_of_each_product(printed, lines, tmp_path):
    """
    Every pair of customer and product has points, and falls into a class by them.

    Two parts are for sales by tenths, one for lines (all pairs have one), one for the days since the last. The sales of
    a and car exceed 8 of the 9 borders, and it is 85 days; those of c and wax exceed one, and nobody knows the day.
    """
    from click.testing import CliRunner

    from patron import testing
    from patron.cli.composites import command

    pairs, out = tmp_path / "pairs.csv", tmp_path / "points.csv"
    printed("contribution", lines, "--by", "c,product", "--amount", "amount", "--time", "at", "-o", pairs)
    args = ["score", "purchase_potential", str(pairs), "--as-of", "2025-03-31", "--format", "json", "-o", str(out)]
    shown = json.loads(CliRunner().invoke(command, args, obj=testing.app(), catch_exceptions=False).stdout)
    named, scored = (list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in (pairs, out))
    found = {
        (pair["c"], pair["product"]): (float(one["purchase_potential"]), one["purchase_potential_class"])
        for pair, one in zip(named, scored, strict=True)
    }

    assert {"high": 0, "middle": 3, "low": 3} == shown["classes"]
    assert ("a", "car") == max(found, key=lambda pair: found[pair])
    assert (pytest.approx(100 * (2 * 8 / 9 + 280 / 365) / 4, abs=1e-3), "middle") == found["a", "car"]
    assert (pytest.approx(100 * (2 * 1 / 9) / 3, abs=1e-3), "low") == found["c", "wax"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page(printed, lines, lang):
    page = printed("contribution", lines, "--by", "product", "--amount", "amount", "--cost", "cost", lang=lang).stdout
    assert ("Ranked by margin" if lang == "en" else "按毛利排名") in page
    assert "contribution." not in page


def test_what_is_refused(refused, lines, text_file):
    other = text_file("x,rank\n1,1\n", "other.csv")
    for error, args, words in (
        (UsageError, (lines, "--by", "product", "--amount", "amount", "--rank", "margin"), "--cost"),
        (UsageError, (lines, "--by", ",", "--amount", "amount"), "--by"),
        (UsageError, (lines, "--by", "product"), "--amount"),
        (UsageError, ("--by", "product", "--amount", "amount"), "FILE"),
        (UsageError, (lines, "--by", "prodct", "--amount", "amount"), "prodct"),
        (UsageError, (lines, "--by", "product", "--amount", "amount", "--previous", other), "product"),
    ):
        assert words in refused(error, "contribution", *args)
    huge = text_file("c,amount\n" + "a,900000000000000\n" * 2, "huge.csv")
    assert refused(CapacityError, "contribution", huge, "--by", "c", "--amount", "amount")


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=12))
def test_groups_stand_in_the_order_of_their_keys(rows):
    import numpy as np

    one, other = (np.array(each) for each in zip(*rows, strict=True))
    groups, places = group_numbers([one, other], [4, 3])
    distinct = sorted(set(rows))
    assert distinct == [rows[place] for place in places.tolist()]
    assert [distinct.index(row) for row in rows] == groups.tolist()


@pytest.mark.requirement("R099")
def test_groups_of_customers_of_the_database(patron):
    """By a field of the customers, within rights: a sales rep adds up lines of their own, and sees no costs."""
    with patron.session() as session, session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        work.add(User(login="tom", name="Tom", roles=()))
        owners = {"A": wang.id}
        regions = {"A": "north", "B": "south", "C": "north"}
        named = [Customer(name=name, region=region, owner_user_id=owners.get(name)) for name, region in regions.items()]
        buyers = work.add_many(named)
        at = datetime(2025, 5, 1, tzinfo=UTC)
        for place, buyer in enumerate(buyers, 1):
            order = work.add(Order(customer_id=buyer.id, number=str(place), ordered_at=at))
            work.add(
                OrderLine(
                    order_id=order.id,
                    customer_id=buyer.id,
                    at=at,
                    key="1",
                    amount=Decimal(100 * place),
                    cost=Decimal(30),
                    product_code="car",
                )
            )
        work.commit()
    command = ContributionCommand(rows=RowsCommand(inputs=()), by=("customer.region",))

    def told(login=None):
        with patron.session(login) as session:
            rows = contribution_table(analyse_contribution(session, command)).to_pylist()
        return [(row["customer.region"], row["lines"], int(row["sales"]), "margin" in row) for row in rows]

    assert [("north", 2, 400, True), ("south", 1, 200, True)] == told()
    assert [("north", 1, 100, False)] == told("wang")
    with pytest.raises(DeniedError):
        told("tom")
