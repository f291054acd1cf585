"""The tiers."""

from decimal import Decimal

import attrs
import pytest

from patron.core.records import Note, Table, Tally
from patron.plugins.reports.tiers import COLUMNS, tiers


def tables(blocks) -> dict[str, Table]:
    return {block.code: block for block in blocks if isinstance(block, Table)}


@pytest.mark.requirement("R223")
def test_abc_tiers_with_their_customers_and_sales(shop_run, report_data) -> None:
    table = tables(tiers(report_data(shop_run)))["abc"]

    assert ["A: the best 5% by net sales", "B: those between", "C: the last 20%"] == [row[0] for row in table.rows]
    assert [219, 3279, 874] == [row[1] for row in table.rows]
    assert pytest.approx(1.0) == sum(row[4] for row in table.rows)


@pytest.mark.requirement("R293", "R294")
def test_profitable_groups_and_those_in_none(shop_run, report_data) -> None:
    table = tables(tiers(report_data(shop_run)))["profit_group"]

    assert [3, 190, 804, 3375] == [row[1] for row in table.rows]
    assert "in none of them" == table.rows[3][0]


def test_names_say_the_parameters_of_the_run(shop_run, report_data) -> None:
    """A tier is called what the configuration made it; a run that tells no parameters has codes for names."""
    chosen = {
        "abc": {"plugin": "scores", "parameters": {"top": Decimal("0.125"), "bottom": Decimal("0.5")}},
        "profit_groups": {"plugin": "scores", "parameters": {"first": "0.2", "second": "0.60", "decrease": "0"}},
    }
    run = attrs.evolve(shop_run, parameters={"factors": chosen})
    found = tables(tiers(report_data(run)))

    assert ["A: the best 12.5% by net sales", "C: the last 50%"] == [found["abc"].rows[place][0] for place in (0, 2)]
    assert "1: the largest, who bring the first 20% of net sales" == found["profit_group"].rows[0][0]
    assert "2: the next largest, up to 60%" == found["profit_group"].rows[1][0]
    unknown = tables(tiers(report_data(attrs.evolve(shop_run, parameters={}))))
    assert ["A", "B", "C"] == [row[0] for row in unknown["abc"].rows]


@pytest.mark.requirement("R290")
def test_who_buys_for_the_price_alone(shop_run, report_data) -> None:
    told = (Tally(value="transactional", customers=40, monetary=5), Tally(value="relational", customers=60, monetary=50))
    run = attrs.evolve(shop_run, tallies={"loyalty": told})

    assert ["transactional: buy for the price alone", "relational: value more than the price"] == [
        row[0] for row in tables(tiers(report_data(run)))["loyalty"].rows
    ]


def test_a_column_without_values_is_said_to_have_none(shop_run, report_data) -> None:
    notes = [block.text for block in tiers(report_data(shop_run)) if isinstance(block, Note)]

    assert ["Who buys for the price alone can't be told: that takes a column of discounts (--discount)."] == notes


def test_a_value_without_words_is_shown_as_it_is(shop_run, report_data) -> None:
    run = attrs.evolve(shop_run, tallies={"abc": (Tally(value="D", customers=1, monetary=1),)})

    assert "D" == tables(tiers(report_data(run)))["abc"].rows[0][0]


def test_shares_of_a_total_that_is_not_positive_are_none(refunds_run, report_data) -> None:
    row = tables(tiers(report_data(refunds_run)))["abc"].rows[0]

    assert (1.0, None) == (row[2], row[4])


def test_columns_that_nobody_tallied_are_left_out(empty_run, report_data) -> None:
    assert [] == list(tiers(report_data(empty_run)))
    assert ["abc", "profit_group", "loyalty"] == list(COLUMNS)
