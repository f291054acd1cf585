"""Names as numbers: ascending by number or by bytes, whatever the files and their pieces."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron.core.scoring.identities import blank
from patron.core.scoring.source import SourceOptions, open_source
from patron.plugins.mining.rows.labels import Labels


@pytest.fixture(name="labelled")
def _labelled(tmp_path):
    """Return a function that writes columns to files and returns the names in them and the number of each row."""

    def labelled(*columns, **options):
        paths = [tmp_path / f"{number}.parquet" for number in range(len(columns))]
        for path, column in zip(paths, columns, strict=True):
            pq.write_table(pa.table({"name": column}), path)
        source = open_source(paths, SourceOptions())
        labels = Labels(source, "name", **options)
        for task in source.tasks(["name"]):
            names = labels.read(task.read())
            without = blank(names)
            labels.add(names, ~without if without.any() else None)
        found, numbers = labels.finish()
        return found.to_pylist(), numbers.tolist()

    return labelled


def test_integers_are_ordered_by_number_unless_they_are_to_be_texts(labelled):
    column = pa.array([10, 9, None, 10])
    assert ([9, 10], [1, 0, 1]) == labelled(column)
    assert (["10", "9"], [0, 1, 0]) == labelled(column, text=True)


def test_texts_are_ordered_by_bytes_over_all_files(labelled):
    assert (["A", "b", "\u00e4"], [1, 2, 0, 1]) == labelled(pa.array(["b", "\u00e4", " "]), pa.array(["A", "b"]))


def test_numbers_and_texts_of_different_files_are_one_kind(labelled):
    assert (["1", "10", "x"], [0, 1, 2, 0]) == labelled(pa.array([1.0, 10.0]), pa.array(["x", "1"]))


def test_nothing_has_no_names(labelled):
    assert ([], []) == labelled(pa.array([], pa.string()))
