"""`patron analyse value`: what it prints and writes, and how it refuses."""

import json

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from patron import testing
from patron.core.errors import PatronError
from patron.plugins.mining.commands import analyse

COLUMNS = ["--customer", "who", "--time", "when", "--amount", "money"]


def run(*words, lang="en"):
    arguments = ["value", *map(str, words), *COLUMNS]
    return CliRunner().invoke(analyse, arguments, obj=testing.app(lang=lang), catch_exceptions=False)


def refused(*words):
    with pytest.raises(PatronError) as caught:
        CliRunner().invoke(
            analyse, ["value", *map(str, words), *COLUMNS], obj=testing.app(), catch_exceptions=False, standalone_mode=False
        )
    return str(caught.value)


def test_json_has_the_models_and_the_holdout(shop):
    printed = json.loads(run(shop, "--calibrate-until", "2024-12-31", "--horizon", 13, "--format", "json").stdout)
    model = printed["value_model"]

    assert {"r", "alpha", "a", "b", "log_likelihood"} <= model["bgnbd"].keys()
    assert {"p", "q", "v", "log_likelihood"} <= model["gamma_gamma"].keys()
    assert {"actual", "predicted", "correlation", "mae"} <= model["holdout"].keys()
    assert ("week", 3_000) == (model["time_unit"], model["customers"])
    assert {"bad_time": 1} == printed["rows"]["skipped"]


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("mbgnbd", ["r", "alpha", "a", "b"]),
        ("paretonbd", ["r", "alpha", "s", "beta"]),
        ("bgbb", ["alpha", "beta", "gamma", "delta"]),
    ],
)
def test_other_models_stand_under_their_names(shop, model, names):
    printed = json.loads(run(shop, "--model", model, "--time-unit", "month", "--horizon", 6, "--format", "json").stdout)

    assert names == list(printed["value_model"][model])[:4]
    assert model == printed["value_model"]["model"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ["Gamma-Gamma", "Lifetime value", "13 weeks"]), ("zh", ["客户终身价值", "13 周"])]
)
def test_the_page_speaks_both_languages(shop, lang, words):
    printed = run(shop, "--calibrate-until", "2024-12-31", "--horizon", 13, lang=lang).stdout

    assert all(word in printed for word in words)
    assert "lifetime." not in printed


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_what_can_not_be_relied_on(tmp_path, lang):
    (tmp_path / "once.csv").write_text("who,when,money\na,2025-01-01,5\nb,2025-01-02,5\n")
    printed = run(tmp_path / "once.csv", lang=lang).stdout

    assert {"en": "so no amounts", "zh": "无法预期金额"}[lang] in " ".join(printed.split())
    assert any(word in printed for word in {"en": ["Degenerate", "open"], "zh": ["退化", "不足以"]}[lang])
    assert "nan" not in printed.lower()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_customers_are_written_one_a_row(shop, tmp_path, ending):
    target = tmp_path / f"values.{ending}"
    run(shop, "-o", target)
    table = pq.read_table(target) if ending == "parquet" else pacsv.read_csv(target)

    assert 3_001 == table.num_rows
    assert [
        *("customer", "repeats", "last", "age", "alive", "expected_purchases", "expected_amount", "lifetime_value"),
    ] == table.column_names


def test_what_can_not_be_written_is_refused_before_the_work(shop, tmp_path):
    assert ".parquet, .csv" in refused(shop, "-o", tmp_path / "values.xlsx")
    assert "named twice" in refused(shop, "-o", shop)
    assert "much" in refused(shop, "--memory", "much")


def test_days_and_numbers_are_checked(shop):
    assert 2 == run(shop, "--as-of", "yesterday").exit_code
    assert 2 == run(shop, "--horizon", "0").exit_code
    assert 2 == run(shop, "--model", "other").exit_code
