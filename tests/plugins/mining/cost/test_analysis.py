"""`patron analyse cost`: the worked numbers, own costs, what a move changes, who is gold and who causes cost."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from patron import testing
from patron.core.errors import UsageError
from patron.core.nouns import Customer, Order, OrderLine
from patron.core.scoring import ScoreCommand, score
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.orders import score_orders
from patron.core.scoring.output import write_scores
from patron.core.scoring.rows import RowsCommand
from patron.core.store import NotFoundError
from patron.plugins.mining.cost.analysis import CostCommand, analyse_cost
from patron.plugins.mining.cost.forms import cost_page, cost_table
from patron.plugins.mining.rows.telling import page

COLUMNS = ("--customer", "c", "--channel", "via")


@pytest.fixture(name="found")
def _found(printed, text_file):
    """Return a function that reckons the cost of lines of customer, channel and contacts."""

    def found(text, *args):
        path = text_file("c,via,n\n" + text, "contacts.csv")
        return json.loads(printed("cost", path, *COLUMNS, "--count", "n", *args, "--format", "json").stdout)

    return found


@pytest.mark.requirement("R106")
def test_the_weights_of_channels(found):
    """W10, W11: 5 field, 3 phone and 2 email cost 503.02; one order from the field to the phone saves 99, to email 99.99."""
    orders = "a,field,5\na,phone,3\na,email,2\n"
    assert "503.02" == found(orders)["cost"]
    assert {"field": "100.00", "phone": "1.00", "email": "0.01"} == {
        channel: each["price"] for channel, each in found(orders)["channels"].items()
    }
    assert ("404.02", "403.03") == tuple(found(orders, "--move", f"0.2:field:{to}")["moved"]["cost"] for to in ("phone", "email"))


@pytest.mark.requirement("R106")
def test_a_small_change_has_a_big_effect(found):
    """W12: 1,000 orders in the field cost 100,000; with a tenth of them by phone 90,100, which is 9.9 % less."""
    result = found("a,field,1000\n", "--move", "10%:field:phone")
    assert ("100000.00", "90100.00") == (result["cost"], result["moved"]["cost"])
    assert -0.099 == pytest.approx(result["moved"]["change"])


@pytest.mark.requirement("R107")
def test_own_costs_go_before_the_weights(found):
    """A rep costs 600 a day: with 60 calls a call costs 10, with 4 visits a visit 150; what is not said is weighed in units."""
    args = ("--cost", "phone=600/60", "--cost", "field=600/4", "--cost", "chat=0.5", "--unit-cost", "200")
    result = found("a,field,2\na,phone,3\nb,email,1\nb,chat,7\n", *args)
    assert {"field": "150.00", "phone": "10.00", "email": "2.00", "chat": "0.50"} == {
        channel: each["price"] for channel, each in result["channels"].items()
    }
    assert {"a": "330.0000", "b": "5.5000"} == {row["customer"]: row["cost_to_serve"] for row in result["customers"]}


LINES = "c,at,amount,cost\n" + "".join(f"{name},2025-05-01,{100 * place},50\n" for place, name in enumerate("abcdefghij", 1))


@pytest.mark.requirement("R217")
@pytest.mark.requirement("R218")
def test_who_is_gold_and_who_causes_cost(found, text_file, tmp_path):
    """Of ten customers the best is gold; two leave least; whoever leaves less than nothing causes cost, too."""
    lines = text_file(LINES, "lines.csv")
    command = ScoreCommand(inputs=(lines,), customer="c", time="at", amount="amount", cost="cost", as_of=date(2025, 6, 1))
    with testing.app().session() as session:
        write_scores(score(session, command), tmp_path / "scores.parquet")
    rows = found("j,field,2\ni,field,20\nb,phone,1\nz,phone,1\n", "--scores", tmp_path / "scores.parquet")["customers"]
    told = {row["customer"]: (row["contribution"], row["gold"], row["causes_cost"]) for row in rows}

    assert ("750.0000", "yes", None) == told["j"]
    assert ("-1150.0000", "no", "negative") == told["i"]
    assert ("50.0000", "no", "lowest") == told["a"]
    assert ("149.0000", "no", None) == told["b"]
    assert (None, "no", None) == told["z"]
    assert 11 == len(rows)


def printed_page(patron, command):
    with patron.session() as session:
        return page(session, cost_page(session, analyse_cost(session, command)))


def test_orders_of_the_database_are_counted_by_channel(patron):
    with patron.session() as session:
        with session.write() as work:
            buyers = work.add_many([Customer(name="A"), Customer(name="B")])
            at = datetime(2025, 12, 1, tzinfo=UTC)
            first, second = buyers
            orders = [
                (first, "field", "placed"),
                (second, "phone", "placed"),
                (second, "field", "cancelled"),
                (second, None, "placed"),
            ]
            for place, (buyer, channel, status) in enumerate(orders):
                order = work.add(Order(customer_id=buyer.id, number=str(place), ordered_at=at, channel=channel, status=status))
                work.add(OrderLine(order_id=order.id, customer_id=buyer.id, at=at, key="1", amount=Decimal(60)))
            work.commit()
        command = CostCommand(rows=RowsCommand(inputs=()))
        with pytest.raises(NotFoundError):
            analyse_cost(session, command)
        keep_scores(session, score_orders(session, ScoreCommand(inputs=(), customer="", time="", amount="")))
        rows = cost_table(analyse_cost(session, command)).to_pylist()
    assert [("1", 100, 60), ("2", 1, 120)] == [
        (row["customer"], int(row["cost_to_serve"]), int(row["net_sales"])) for row in rows
    ]
    assert not {"margin", "contribution", "causes_cost"}.intersection(rows[0])
    shown = printed_page(patron, command)
    assert [] == [word for word in ("net sales", "A", "B", "2025-12-01") if word.lower() not in shown.lower()]
    assert "Customers who cause cost" not in shown


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page(printed, text_file, lang):
    path = text_file("c,via\na,field\nb,phone\n,phone\na,\n", "contacts.csv")
    shown = printed("cost", path, *COLUMNS, "--move", "10%:field:phone", lang=lang)
    assert ("Cost to serve" if lang == "en" else "服务成本") in shown.stdout
    assert "cost." not in shown.stdout
    assert 2 == len(shown.notices.splitlines())


def test_what_is_refused(refused, text_file):
    path = text_file("c,via,n\na,pigeon,1.5\nb,pigeon,1\n", "contacts.csv")
    assert "pigeon" in refused(UsageError, "cost", path, *COLUMNS)
    assert "phone=x" in refused(UsageError, "cost", path, *COLUMNS, "--cost", "phone=x")
    told = refused(UsageError, "cost", path, *COLUMNS, "--cost", "pigeon=1", "--cost", "fone=3")
    assert "--cost fone=3" in told
    assert "phone." in told
    assert "--channel" in refused(UsageError, "cost", path, "--customer", "c")
    assert "nowhere" in refused(UsageError, "cost", path, *COLUMNS, "--cost", "pigeon=1", "--move", "1:pigeon:nowhere")
