"""The concentration curve."""

import pytest

from patron.core.records import Chart, Note
from patron.plugins.reports.pareto import pareto


@pytest.mark.requirement("R132")
def test_curve_and_its_reading(shop_run, report_data) -> None:
    blocks = pareto(report_data(shop_run))
    chart = next(block for block in blocks if isinstance(block, Chart))

    assert "The best 20% of customers (874 of 4,372) bring 68.5% of net sales." == blocks[0].text == chart.description
    assert chart.diagonal
    assert list(shop_run.curve) == [(point.x, point.y) for point in chart.points]


def test_without_a_positive_total_there_is_no_curve(refunds_run, empty_run, report_data) -> None:
    assert [Note(text="Total net sales are not positive, so there is no curve to draw.")] == list(
        pareto(report_data(refunds_run))
    )
    assert [] == list(pareto(report_data(empty_run)))
