"""The currency of an input: mixed ones are refused, found in every file, in the lines that count alone."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron.app import App
from patron.core.errors import InputError, UsageError
from patron.core.records import ScoreRun
from patron.core.scoring import ScoreCommand, score

HEAD = "who,when,money"


@pytest.fixture(name="run")
def _run(tmp_path: Path):
    """Return a function that writes files of lines `head|row|row` and scores them."""

    def run(*files: str, **options) -> ScoreRun:
        paths = []
        for number, content in enumerate(files):
            paths.append(tmp_path / f"{number}.csv")
            paths[-1].write_text(content.replace("|", "\n") + "\n", "utf-8")
        words = {"amount": "money", "as_of": date(2025, 12, 31), **options}
        with App.open().session() as session:
            return score(session, ScoreCommand(inputs=tuple(paths), customer="who", time="when", **words)).run

    return run


PLAIN = f"{HEAD}|a,2025-01-01,1"
EUR = f"{HEAD},currency|a,2025-01-01,1,EUR"
USD = f"{HEAD},Currency|a,2025-01-01,1,USD"


@pytest.mark.parametrize("files", [(PLAIN, EUR, USD), (EUR, PLAIN, USD), (USD, EUR), (EUR, f"{HEAD}|a,2025-01-01,$1")])
def test_a_currency_column_is_found_in_each_file(run, files: tuple[str, ...]) -> None:
    """Whichever file comes first, and whatever its column is called."""
    with pytest.raises(InputError) as refused:
        run(*files)
    assert refused.value.key == "score.mixed_currencies"


@pytest.mark.parametrize(
    "files",
    [
        (EUR, PLAIN),
        (PLAIN, EUR),
        (EUR, f"{HEAD},币种|a,2025-01-01,1,€"),
        (EUR, f"{HEAD},currency|a,2025-01-01,€1,| a,2025-01-01,1,eur"),
    ],
)
def test_lines_that_say_no_currency_are_in_that_of_the_others(run, files: tuple[str, ...]) -> None:
    """A file without the column that nobody named is no obstacle, and one currency may be written in several ways."""
    assert run(*files).currency == "EUR"


def test_a_column_that_the_user_named_is_in_every_file(run) -> None:
    """Else some amounts would silently be in an unknown currency."""
    assert run(EUR, EUR, currency="currency").currency == "EUR"
    for files in ((EUR, PLAIN), (PLAIN, EUR)):
        with pytest.raises(UsageError) as refused:
            run(*files, currency="currency")
        assert refused.value.key.startswith("source.missing_column")


@pytest.mark.parametrize(
    "left_out", ["a,2025-01-01,$2,FR,", "a,2026-01-01,$2,DE,", ",2025-01-01,$2,DE,", "a,never,$2,DE,", "a,2025-01-01,2,FR,USD"]
)
def test_only_lines_that_count_have_a_currency(run, left_out: str) -> None:
    """What a filter, the as-of day or a missing customer leaves out is not added up, and mixes nothing."""
    lines = f"{HEAD},country,currency|a,2025-01-01,€1,DE,|{left_out}"
    assert run(lines, where="country == 'DE'").currency == "EUR"


def test_a_marker_beside_another_column_of_the_expression_counts(run) -> None:
    """Markers of every column of an expression, and of costs and discounts."""
    for options in ({"amount": "money - fee"}, {"cost": "fee"}, {"discount": "fee"}):
        with pytest.raises(InputError):
            run(f"{HEAD},fee|a,2025-01-01,€5,£1", **options)


def test_the_advice_names_a_filter_only_where_one_would_work(run) -> None:
    """A column that every file has and that tells the currencies apart, in the words of an expression; else another way."""
    with pytest.raises(InputError) as refused:
        run(f"{HEAD},Cur Code|a,2025-01-01,1,RMB|a,2025-01-01,1,JPY", currency="Cur Code")
    assert refused.value.key == "score.mixed_currencies_column"
    assert (refused.value.details["column"], refused.value.details["first"]) == ("`Cur Code`", "RMB")
    mixed = f"{HEAD},Cur Code|a,2025-01-01,1,RMB|a,2025-01-01,1,JPY"
    assert run(mixed, currency="Cur Code", where="`Cur Code` == 'RMB'").currency == "CNY"
    for files in ((f"{HEAD}|a,2025-01-01,€1|a,2025-01-01,$1",), (f"{HEAD},currency|a,2025-01-01,€1,|a,2025-01-01,$1,",)):
        with pytest.raises(InputError) as refused:
            run(*files)
        assert refused.value.key == "score.mixed_currencies"


@pytest.mark.parametrize(
    "values",
    [
        pa.array([b"EUR", None], pa.binary()),
        pa.array(["EUR", "€"]).dictionary_encode(),
        pa.array(["EUR", "nan"], pa.large_string()),
    ],
)
def test_a_column_of_any_type_says_currencies(tmp_path: Path, values: pa.Array) -> None:
    """Bytes and dictionaries are read as the text they hold, and a blank in any spelling says nothing."""
    table = pa.table({"who": ["a", "b"], "when": [date(2025, 1, 1)] * 2, "money": [1, 2], "currency": values})
    pq.write_table(table, tmp_path / "in.parquet")
    command = ScoreCommand(
        inputs=(tmp_path / "in.parquet",), customer="who", time="when", amount="money", as_of=date(2025, 12, 31)
    )
    with App.open().session() as session:
        assert score(session, command).run.currency == "EUR"


@pytest.mark.parametrize(
    ("files", "without"),
    [
        ((PLAIN,), 0),
        ((EUR,), 0),
        ((EUR, PLAIN), 1),
        ((f"{HEAD}|a,2025-01-01,￥5|a,2025-01-02,1|b,2025-01-03,2",), 2),
        ((f"{HEAD},currency|a,2025-01-01,1,EUR|a,2025-01-01,1,|a,2025-01-01,€1, |a,bad,1,",), 1),
    ],
    ids=["none says one", "all say one", "a file says none", "one sign among bare amounts", "column and signs"],
)
def test_lines_that_say_no_currency_beside_others_are_counted(run, files: tuple[str, ...], without: int) -> None:
    """Only lines that count, each once, whether a sign or a column names the currency; nothing where no line names one."""
    assert run(*files).rows.without_currency == without


def test_a_currency_column_of_any_type_is_counted(tmp_path: Path) -> None:
    """Dictionaries and nulls count as plain texts and blanks do."""
    currency = pa.array(["EUR", None, "EUR", " "]).dictionary_encode()
    pq.write_table(
        pa.table({"who": [1, 1, 2, 2], "when": ["2025-01-01"] * 4, "money": [1, 2, 3, 4], "currency": currency}),
        tmp_path / "in.parquet",
    )
    command = ScoreCommand(
        inputs=(tmp_path / "in.parquet",), customer="who", time="when", amount="money", as_of=date(2025, 12, 31)
    )
    with App.open().session() as session:
        assert score(session, command).run.rows.without_currency == 2
