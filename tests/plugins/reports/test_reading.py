"""What became of the rows."""

import attrs

from patron.core.records import Note, Place, RowCounts, Skipped, Table
from patron.core.scoring.skipped import REASONS
from patron.plugins.reports.reading import reading


def test_rows_read_used_and_skipped_add_up(shop_run, report_data) -> None:
    table = reading(report_data(shop_run))[0]
    counts = [row[1] for row in table.rows]

    assert counts[0] == sum(counts[1:]) == 541_909
    assert ("Skipped: no customer", 135_079) == table.rows[2][:2]


def test_first_places_and_an_example_are_named(shop_run, report_data) -> None:
    rows = reading(report_data(shop_run))[0].rows

    assert "online_retail.csv.gz: 624, 1445" == rows[2][3]
    assert "online_retail.csv.gz: 77 ('<script>=1+1')" == rows[3][3]


def test_places_name_each_file_once_and_no_folder(shop_run, report_data) -> None:
    places = (
        Place(file="/home-of/me/a.csv", line=3),
        Place(file="C:\\x\\b.csv", line=4),
        Place(file="/home-of/me/a.csv", line=5),
    )
    run = attrs.evolve(shop_run, rows=RowCounts(read=3, used=0, skipped={"bad_time": Skipped(count=3, first=places)}))

    assert "a.csv: 3, 5; b.csv: 4" == reading(report_data(run))[0].rows[2][3]


def test_every_reason_has_words(shop_run, report_data, lang) -> None:
    run = attrs.evolve(shop_run, rows=RowCounts(read=0, used=0, skipped={code: Skipped(count=1) for code in REASONS}))
    table = reading(report_data(run, lang))[0]

    assert isinstance(table, Table)
    assert not [row[0] for row in table.rows if any(row[0].endswith(code) for code in REASONS if "_" in code)]


def test_a_reason_of_a_later_version_is_shown_by_its_code(shop_run, report_data) -> None:
    run = attrs.evolve(shop_run, rows=RowCounts(read=1, used=0, skipped={"eaten_by_dog": Skipped(count=1)}))

    assert "Skipped: eaten_by_dog" == reading(report_data(run))[0].rows[2][0]


def test_rounded_rows_and_purchases_without_order_are_said(shop_run, single_run, report_data) -> None:
    notes = [block.text for block in reading(report_data(shop_run)) if isinstance(block, Note)]

    assert ["12", "4"] == [note.split()[0] for note in notes]
    assert 1 == len(reading(report_data(single_run)))


def test_rows_that_are_taken_to_be_in_the_currency_of_others_are_said(shop_run, report_data) -> None:
    """One sign labels the whole report, so the rows that don't bear it are counted where that stands."""
    run = attrs.evolve(shop_run, currency="CNY", rows=RowCounts(read=9, used=9, without_currency=8))
    notes = [block.text for block in reading(report_data(run)) if isinstance(block, Note)]

    assert ["8 rows that were used name no currency: taken to be in CNY, like the others."] == notes
