"""The decile table: R295, R132's neighbour, and what must be known to read it."""

from decimal import Decimal

import attrs
import pytest

from patron.core.records import Chart, Note, Table
from patron.plugins.reports.groups import MOST_BARS, groups


def table_of(blocks) -> Table:
    return next(block for block in blocks if isinstance(block, Table))


@pytest.mark.requirement("R295")
def test_each_group_has_its_share_of_sales_and_of_margin(shop_run, report_data) -> None:
    """§6.54: ten groups, best first, each with its part of net sales and of margin."""
    table = table_of(groups(report_data(shop_run)))
    keys = [column.key for column in table.columns]

    assert ["decile", "customers", "monetary", "share", "cumulative_share", "margin", "margin_share", "lowest"] == keys
    assert list(range(1, 11)) == [row[0] for row in table.rows]
    assert 4372 == sum(row[1] for row in table.rows)
    first = shop_run.groups[0]
    assert (first.share, first.cumulative_share, first.margin_share) == (table.rows[0][3], table.rows[0][4], table.rows[0][6])
    assert pytest.approx(1.0) == sum(row[3] for row in table.rows)


def test_money_is_exact(shop_run, report_data) -> None:
    table = table_of(groups(report_data(shop_run)))

    assert Decimal(shop_run.groups[0].monetary) / 10_000 == table.rows[0][2]
    assert Decimal("-4287.63") == table.rows[9][7]


def test_without_costs_there_are_no_columns_of_margin(single_run, report_data) -> None:
    keys = [column.key for column in table_of(groups(report_data(single_run))).columns]

    assert not [key for key in keys if key.startswith("margin")]


def test_groups_of_another_number_are_not_called_deciles(shop_run, report_data) -> None:
    run = attrs.evolve(shop_run, groups=shop_run.groups[:5])
    table = table_of(groups(report_data(run)))

    assert "5 groups by net sales, highest first" == table.title
    assert "Group" == table.columns[0].title


def test_orders_are_counted_and_money_is_not(shop_run, report_data) -> None:
    """Ranked by orders, the lowest value of a group is a count."""
    lowest = [attrs.evolve(group, lowest=7) for group in shop_run.groups]
    table = table_of(groups(report_data(attrs.evolve(shop_run, by="orders", groups=tuple(lowest)))))

    assert ("Fewest orders", "count", 7) == (table.columns[-1].title, table.columns[-1].format, table.rows[0][-1])
    assert "Deciles by orders, highest first" == table.title


def test_groups_by_margin_are_drawn_by_what_they_bring_of_it(shop_run, report_data) -> None:
    """The bars and the chart show the margin that groups ranked by margin bring, and say so; groups by orders show net sales."""
    drawn = {}
    for by in ("monetary", "margin", "orders"):
        blocks = groups(report_data(attrs.evolve(shop_run, by=by)))
        chart = next(block for block in blocks if isinstance(block, Chart))
        bar = next(column.key for column in table_of(blocks).columns if column.bar)
        drawn[by] = (bar, chart.title, chart.basis.numerator, chart.points[0].y)
    first = shop_run.groups[0]

    assert ("share", "Share of net sales, groups by net sales", "net sales of the group", first.share) == drawn["monetary"]
    assert ("margin_share", "Share of margin, groups by margin", "margin of the group", first.margin_share) == drawn["margin"]
    assert ("share", "Share of net sales, groups by orders", "net sales of the group", first.share) == drawn["orders"]


def test_groups_that_keep_ties_together_are_not_said_to_be_equal(shop_run, report_data) -> None:
    run = attrs.evolve(shop_run, parameters={**shop_run.parameters, "ties": "together"})
    split, together = (
        next(b.text for b in groups(report_data(each)) if isinstance(b, Note) and "ranked" in b.text) for each in (shop_run, run)
    )

    assert "of equal number" in split
    assert "may differ in size" in together
    assert "of equal number" not in together


def test_the_chart_says_in_words_what_it_shows(shop_run, report_data) -> None:
    chart = next(block for block in groups(report_data(shop_run)) if isinstance(block, Chart))

    assert "Decile 1 brings 52.2% of net sales, Decile 10 brings 0.4%." == chart.description
    assert [group.share for group in shop_run.groups] == [point.y for point in chart.points]


def test_too_many_groups_are_not_drawn(shop_run, report_data) -> None:
    many = tuple(attrs.evolve(shop_run.groups[0], decile=place) for place in range(1, MOST_BARS + 2))
    blocks = groups(report_data(attrs.evolve(shop_run, groups=many)))

    assert not [block for block in blocks if isinstance(block, Chart)]
    assert MOST_BARS + 1 == len(table_of(blocks).rows)


def test_customers_without_a_group_are_counted(shop_run, report_data) -> None:
    """A missing value gets no decile and is counted."""
    notes = [b.text for b in groups(report_data(attrs.evolve(shop_run, ranked=4000, by="margin"))) if isinstance(b, Note)]

    assert "372 customers have no margin that is known, and so no group." in notes


def test_without_customers_there_is_only_a_note(empty_run, report_data) -> None:
    assert [Note(text="There are no customers to rank.")] == list(groups(report_data(empty_run)))
