"""The concentration curve."""

import attrs
import pytest

from patron.core.records import Chart, Note
from patron.plugins.reports.pareto import pareto


@pytest.mark.requirement("R132")
def test_curve_and_its_reading(shop_run, report_data) -> None:
    blocks = pareto(report_data(shop_run))
    chart = next(block for block in blocks if isinstance(block, Chart))

    assert "The 20% of customers with the highest net sales (874 of 4,372) bring 68.5% of net sales." == blocks[0].text
    assert (
        "The 20% of customers with the highest margin (874 of 4,370 whose margin is known) bring 70.0% of the margin."
        == blocks[1].text
    )
    assert f"{blocks[0].text} {blocks[1].text}" == chart.description
    assert chart.diagonal
    assert list(shop_run.curve) == [(point.x, point.y) for point in chart.points]


def test_without_a_positive_total_there_is_no_curve(refunds_run, empty_run, report_data) -> None:
    assert [Note(text="Total net sales are not positive, so there is no curve to draw.")] == list(
        pareto(report_data(refunds_run))
    )
    assert [] == list(pareto(report_data(empty_run)))


def test_a_curve_of_sales_beside_groups_by_orders_says_so(shop_run, report_data) -> None:
    """The part of the best 20 % is by net sales whatever the groups are ranked by; where these differ, it is said."""
    notes = [block.text for block in pareto(report_data(attrs.evolve(shop_run, by="orders"))) if isinstance(block, Note)]

    assert "whatever the groups of this report are ranked by (orders)" in notes[-1]
    assert not [block for block in pareto(report_data(shop_run)) if isinstance(block, Note) and "whatever" in block.text]
