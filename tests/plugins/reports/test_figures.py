"""The few numbers that matter most."""

from decimal import Decimal

import pytest

from patron.core.records import Figures, Note
from patron.plugins.reports.figures import figures

BEST = ["Net sales from the best 20%", "Margin from the best 20%"]


def labelled(blocks) -> dict[str, object]:
    return {figure.label: figure.value for block in blocks if isinstance(block, Figures) for figure in block.figures}


def test_figures_of_a_shop(shop_run, report_data) -> None:
    values = labelled(figures(report_data(shop_run)))

    assert ["Customers", "Net sales", "Gross sales", "Refunds", "Margin", *BEST] == list(values)
    assert 4372 == values["Customers"]
    assert Decimal("-611342.09") == values["Refunds"]
    assert Decimal(shop_run.totals.monetary) / 10_000 == values["Net sales"]


@pytest.mark.requirement("R132")
def test_share_of_the_best_fifth_is_measured(shop_run, report_data) -> None:
    """The part that the top 20 % bring stands there with numerator and denominator, as it is, not as 80 %."""
    block = next(block for block in figures(report_data(shop_run)) if isinstance(block, Figures))
    sales, margin = (figure for figure in block.figures if figure.format == "share")

    assert (shop_run.pareto["0.2"].share, shop_run.pareto_margin["0.2"].share) == (sales.value, margin.value)
    assert "net sales of the best 874 customers by net sales" == sales.basis.numerator
    assert "net sales of all 4,372 customers" == sales.basis.denominator
    assert "margin of the best 874 customers by margin" == margin.basis.numerator
    assert "margin of all 4,370 customers whose margin is known" == margin.basis.denominator


def test_without_costs_there_is_no_margin(single_run, report_data) -> None:
    assert "Margin" not in labelled(figures(report_data(single_run)))


def test_unknown_margins_are_counted(shop_run, report_data) -> None:
    notes = [block.text for block in figures(report_data(shop_run)) if isinstance(block, Note)]

    assert ["The margin of 2 customers is unknown, because a cost is missing; the total margin is without it."] == notes


def test_no_customers_and_no_positive_total_are_said(empty_run, refunds_run, report_data) -> None:
    assert any("nobody to report on" in b.text for b in figures(report_data(empty_run)) if isinstance(b, Note))
    assert any("not positive" in b.text for b in figures(report_data(refunds_run)) if isinstance(b, Note))
