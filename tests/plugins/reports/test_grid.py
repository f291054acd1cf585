"""The heat map of recency and frequency."""

import attrs

from patron.core.records import Chart, Note
from patron.plugins.reports.grid import grid


def test_most_recent_stand_at_the_top_and_most_frequent_to_the_right(shop_run, report_data) -> None:
    chart = next(block for block in grid(report_data(shop_run)) if isinstance(block, Chart))
    cells = {(point.y, point.x): point.value for point in chart.points}

    assert (412, 64, 4, 480) == (cells[5, 5], cells[5, 1], cells[1, 5], cells[1, 1])
    assert (5, 1) == (chart.points[0].y, chart.points[0].x)
    assert "412 of them bought recently and often" in chart.description


def test_customers_without_scores_are_counted(shop_run, report_data) -> None:
    """A customer with refunds alone is kept, with no dates and so no scores."""
    placed = sum(map(sum, shop_run.grid))
    notes = [b.text for b in grid(report_data(attrs.evolve(shop_run, customers=placed + 9))) if isinstance(b, Note)]

    assert "9 customers have never purchased, only returned, and so no recency score and no place here." in notes


def test_without_purchases_there_is_a_note(refunds_run, empty_run, report_data) -> None:
    assert [Note(text="There are no purchases, so nobody has a recency or frequency score.")] == list(
        grid(report_data(refunds_run))
    )
    assert [] == list(grid(report_data(empty_run)))


def test_the_map_is_as_large_as_the_scores(shop_run, report_data) -> None:
    """With three scores there are three rows and columns, with seven there are seven, whoever has the highest."""
    for grades, corner in ((3, 199), (7, 0)):
        factors = {"rfm": {"plugin": "scores", "parameters": {"groups": grades}}}
        run = attrs.evolve(shop_run, parameters={"factors": factors})
        chart = next(block for block in grid(report_data(run)) if isinstance(block, Chart))

        assert grades * grades == len(chart.points)
        assert f"Recency score ({grades} = most recent)" == chart.y.title
        assert corner == {(point.y, point.x): point.value for point in chart.points}[grades, grades]
