"""Reading rows of any columns: every row is accounted for, with its reason and its place."""

import pytest

from patron import testing
from patron.core.errors import InputError, UsageError
from patron.core.scoring.identities import blank
from patron.core.scoring.rows import Rows, RowsCommand


@pytest.fixture(name="opened")
def _opened(tmp_path):
    """Return a function that opens a CSV file of this text and reads all of it, items required."""

    def opened(text, columns=("item",), **options):
        path = tmp_path / "rows.csv"
        path.write_text(text, "utf-8")
        with testing.app().session() as session:
            rows = Rows(session, RowsCommand(inputs=(path,), **options), columns, ("missing_item",))
        kept = []
        for batch, judge in rows:
            judge.refuse("missing_item", blank(batch.columns["item"]))
            keep = judge.kept()
            kept += [value for row, value in enumerate(batch.columns["item"].to_pylist()) if keep is None or keep[row]]
        return rows, kept

    return opened


def test_rows_are_filtered_judged_and_counted(opened):
    rows, kept = opened("item,n\na,1\n,2\nb,3\nc,4\n,5\nd,1,2\n", where="n < 4")
    counts = rows.counts()

    assert ["a", "b"] == kept
    assert (6, 2) == (counts.read, counts.used)
    assert {"wrong_fields": 1, "where": 2, "missing_item": 1} == {reason: each.count for reason, each in counts.skipped.items()}
    assert [3] == [place.line for place in counts.skipped["missing_item"].first]


def test_not_one_row_that_counts_is_an_error_with_all_reasons(opened):
    rows, kept = opened("item,n\n ,2\n,3\n")
    assert [] == kept
    with pytest.raises(InputError, match=r"No row can be used; 2 rows were read:\n\s*2 × \S+ \(first: .*:2, .*:3\)"):
        rows.counts()


def test_a_header_alone_is_said(opened):
    rows, _ = opened("item,n\n")
    with pytest.raises(InputError, match="a header but no rows"):
        rows.counts()


def test_columns_that_are_not_there_are_said_before_anything_is_read(opened):
    with pytest.raises(UsageError, match="item"):
        opened("itm,n\na,1\n")
    with pytest.raises(UsageError, match="No input"), testing.app().session() as session:
        Rows(session, RowsCommand(inputs=()), ("item",), ())
