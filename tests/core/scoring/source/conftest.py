"""What tests of the source need."""

import pytest

from patron.core.scoring.source import SourceOptions, open_source


def _read(source, columns=None):
    names = list(columns or source.columns)
    rows = []
    for task in source.tasks(names):
        batch = task.read()
        assert all(len(batch.columns[name]) == batch.rows for name in names)
        values = zip(*(batch.columns[name].to_pylist() for name in names), strict=True)
        rows += [(batch.file, batch.first_row + number, row) for number, row in enumerate(values)]
    return rows


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(scope="session")
def rows_of():
    """Return a function that reads all rows of files: the values of each, in order."""

    def rows(*paths, columns=None, **options):
        return [row for _, _, row in _read(open_source(paths, SourceOptions(**options)), columns)]

    return rows


@pytest.fixture(scope="session")
def places_of():
    """Return a function that reads one file: the line of each row, its values, and what was left out."""

    def places(path, **options):
        source = open_source([path], SourceOptions(**options))
        rows = _read(source)
        lines = source.locate(source.files[0], [position for _, position, _ in rows])
        return [(lines[position], row) for _, position, row in rows], source.wrong_fields()

    return places
