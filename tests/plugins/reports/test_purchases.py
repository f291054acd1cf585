"""Purchase deciles."""

import attrs
import pytest

from patron.core.records import Note, PurchaseRow, Table
from patron.plugins.reports.purchases import purchases


@pytest.mark.requirement("R296")
def test_customers_for_each_tenth_and_what_each_adds(shop_run, report_data) -> None:
    """W19 and §6.55: cumulative counts as they are, the bands as differences; a band may be empty."""
    needed = [1, 1, 1, 1, 1, 2, 2, 3, 5, 10]
    rows = tuple(
        PurchaseRow(percent=10 * place, customers=count, share_of_customers=count / 10)
        for place, count in enumerate(needed, start=1)
    )
    table = purchases(report_data(attrs.evolve(shop_run, purchase_deciles=rows)))[0]

    assert needed == [row[1] for row in table.rows]
    assert [1, 0, 0, 0, 0, 1, 0, 1, 2, 5] == [row[2] for row in table.rows]
    assert [0.1, 1.0] == [table.rows[0][0], table.rows[9][0]]
    assert [0.1, 1.0] == [table.rows[0][3], table.rows[9][3]]


def test_sales_and_margin_stand_in_tables_of_their_own(shop_run, single_run, report_data) -> None:
    codes = [[b.code for b in purchases(report_data(run)) if isinstance(b, Table)] for run in (shop_run, single_run)]

    assert [["purchase_deciles_sales", "purchase_deciles_margin"], ["purchase_deciles_sales"]] == codes


def test_a_total_that_is_not_positive_is_not_cut(refunds_run, empty_run, report_data) -> None:
    assert [Note(text="Total net sales are not positive, so they can't be cut into parts.")] == list(
        purchases(report_data(refunds_run))
    )
    assert [] == list(purchases(report_data(empty_run)))


def test_what_is_summed_ranks_here_whatever_ranks_the_groups(shop_run, report_data) -> None:
    notes = [block.text for block in purchases(report_data(attrs.evolve(shop_run, by="margin"))) if isinstance(block, Note)]

    assert "whatever the groups of this report are ranked by (margin)" in notes[-1]
