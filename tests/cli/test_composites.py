"""`patron composites`: what is declared, files and records scored, one record tried, and what is refused."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from patron import testing
from patron.cli.composites import command
from patron.core.config import read_settings
from patron.core.errors import ConfigurationError, InputError, UsageError
from patron.core.scoring import ScoreCommand, score
from patron.core.scoring.output import write_scores

PERSONS = """no,income_band,birth_year,family_status,age_band
1,high,1980,married,
2,Low,1999,,
3,,,,
4,middle,19x8,couple,
"""


@pytest.fixture(name="run")
def _run():
    """Return a function that runs `patron composites` and returns what it prints."""

    def run(*args, lang="en", app=None, group=command):
        result = CliRunner().invoke(
            group, [str(arg) for arg in args], obj=app or testing.app(lang=lang), catch_exceptions=False, standalone_mode=False
        )
        if result.exception:
            raise result.exception
        return result.output

    return run


@pytest.fixture(name="persons")
def _persons(tmp_path):
    (tmp_path / "persons.csv").write_text(PERSONS, "utf-8")
    return tmp_path / "persons.csv"


@pytest.mark.requirement("R043")
def test_spending_power_of_the_persons_of_a_file(run, persons):
    """Points from income, age and family, whatever of it is missing; nothing is known of the third."""
    found = json.loads(run("score", "spending_power", persons, "--id", "no", "--as-of", "2026-01-01", "--format", "json"))

    assert [("1", "98.00", "high"), ("2", "15.00", "low"), ("3", None, None), ("4", "57.50", "middle")] == [
        (
            row["no"],
            None if row["spending_power"] is None else f"{Decimal(row['spending_power']):.2f}",
            row["spending_power_class"],
        )
        for row in found["scores"]
    ]
    assert (4, 3, {"high": 1, "middle": 1, "low": 1}) == (found["records"], found["scored"], found["classes"])
    assert {"known": 2, "unreadable": 1} == {key: found["factors"]["birth_year"][key] for key in ("known", "unreadable")}


@pytest.mark.requirement("R043")
def test_other_weights_are_a_matter_of_the_configuration(run, persons, tmp_path):
    (tmp_path / "patron.toml").write_text(
        "[composites.spending_power.factors]\nfamily_status = { codes = { married = 100, couple = 10 } }\n", "utf-8"
    )
    app = testing.app(settings=read_settings(tmp_path / "patron.toml", environ={}))
    table = run("score", "spending_power", persons, "--format", "csv", app=app)
    assert '"row","spending_power","spending_power_known"\n1,100.0000,1\n2,,0\n3,,0\n4,10.0000,1\n' == table


@pytest.mark.requirement("R066")
@pytest.mark.parametrize(
    ("form", "proposed"),
    [
        (["expected_on=2026-03-01", "companions=2", "test_drive=yes"], "near_buy"),
        (["expected_on=2026-06-01", "companions=1", "test_drive=no"], "intent"),
        (["companions=0"], "potential"),
        (["expected_on=2027-06-01", "test_drive=no"], "potential"),
    ],
)
def test_a_level_is_proposed_from_a_form(run, form, proposed):
    """It is a proposal, with its reasons: nothing is written anywhere."""
    found = json.loads(run("try", "purchase_intent", *form, "--as-of", "2026-01-01", "--format", "json"))
    assert proposed == found["class"]
    assert sum(Decimal(part["contribution"]) for part in found["factors"]) == Decimal(found["points"])


@pytest.mark.requirement("R166")
@pytest.mark.parametrize(
    ("urgency", "quality", "price", "target"), [(0.9, 0.8, 0.2, "yes"), (0.2, 0.4, 0.9, "no"), (1, 1, 1, "yes")]
)
def test_target_customers_by_urgency_quality_and_price(run, urgency, quality, price, target):
    """Concern for the price counts against."""
    values = (f"urgency={urgency}", f"quality_concern={quality}", f"price_concern={price}")
    found = json.loads(run("try", "target_customer", *values, "--format", "json"))
    assert target == found["class"]
    assert Decimal(found["points"]).quantize(Decimal("0.01")) == Decimal((urgency + quality + 1 - price) / 3 * 100).quantize(
        Decimal("0.01")
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_in_both_languages(run, persons, lang):
    pages = [
        run("list", lang=lang),
        run("show", "spending_power", lang=lang),
        run("score", "spending_power", persons, "--contributions", lang=lang),
        run("try", "spending_power", "income_band=high", "birth_year=soon", lang=lang),
        run("try", "spending_power", lang=lang),
        run("try", "target_customer", "urgency=1", lang=lang),
    ]
    assert all("composites." not in page for page in pages)
    assert any(words in pages[1] for words in ("a score of each customer\n", "对象为客户\n"))
    assert all(("Spending power" if lang == "en" else "消费能力") in page for page in pages[:5])


def test_contributions_of_every_row_add_up(run, persons, tmp_path):
    run("score", "spending_power", persons, "--contributions", "-o", tmp_path / "out.csv", "--where", "no != 3")
    head, *rows = (tmp_path / "out.csv").read_text("utf-8").replace('"', "").splitlines()
    assert ["row", "spending_power", "spending_power_class", "spending_power_known"] == head.split(",")[:4]
    assert 3 == len(rows)
    for row in rows:
        _, points, _, _, *parts = row.split(",")
        assert Decimal(points) == sum(map(Decimal, parts))


def test_what_is_refused(run, persons, tmp_path):
    for error, key, args in (
        (UsageError, "composite.none_near", ("show", "spending_powers")),
        (UsageError, "composite.reads_no_near", ("try", "spending_power", "income=1")),
        (UsageError, "composite.of_rows", ("score", "target_customer")),
        (UsageError, "score.same_file", ("score", "spending_power", persons, "-o", persons)),
        (UsageError, "rows.unknown_output", ("score", "spending_power", persons, "-o", tmp_path / "a.xlsx")),
        (InputError, "stored.missing", ("try", "spending_power", "--scores", tmp_path / "none.parquet")),
    ):
        with pytest.raises(error) as refused:
            run(*args)
        assert key == refused.value.key


LINES = "c,at,amount\n" + "".join(
    f"{c},2025-{c % 9 + 1:02}-0{n + 1},{10 * c * c}\n" for c in range(1, 10) for n in range(c % 3 + 1)
)
PROMISE = """
[composites.promise]
factors = { monetary = { transform = "log" }, recency = { reverse = true }, abc = { codes = { A = 100, B = 50, C = 0 } } }
"""


def test_one_customer_is_tried_by_the_bounds_of_a_scores_file(run, tmp_path):
    """The same points as in the file; without it nobody knows the bounds."""
    (tmp_path / "lines.csv").write_text(LINES, "utf-8")
    (tmp_path / "patron.toml").write_text(PROMISE, "utf-8")
    app = testing.app(settings=read_settings(tmp_path / "patron.toml", environ={}))
    with app.session() as session:
        scores = score(session, ScoreCommand(inputs=(tmp_path / "lines.csv",), customer="c", time="at", amount="amount"))
    write_scores(scores, tmp_path / "scores.parquet")
    row = scores.table().to_pylist()[4]
    values = [f"{name}={row[name]}" for name in ("monetary", "recency", "abc")]
    found = json.loads(run("try", "promise", *values, "--scores", tmp_path / "scores.parquet", "--format", "json", app=app))

    assert row["promise"] == Decimal(found["points"])
    with pytest.raises(UsageError) as refused:
        run("try", "promise", *values, app=app)
    assert "composite.needs_population" == refused.value.key
    with pytest.raises(UsageError) as refused:
        run("score", "promise", app=app)
    assert "composite.of_scores" == refused.value.key
    with pytest.raises(InputError) as refused:
        run("try", "spending_power", "--scores", tmp_path / "scores.parquet", app=app)
    assert "composite.not_in_scores" == refused.value.key


def test_fields_and_codes_are_compared_with_the_vocabulary(tmp_path):
    for text, key in (
        ("income_bnd = {}", "composite.no_field_near"),
        ("income_band = { codes = { hihg = 1 } }", "composite.no_code_near"),
    ):
        (tmp_path / "patron.toml").write_text(f'[composites.c]\nof = "customer"\n[composites.c.factors]\n{text}\n', "utf-8")
        app = testing.app(settings=read_settings(tmp_path / "patron.toml", environ={}))
        with pytest.raises(ConfigurationError) as refused:
            CliRunner().invoke(command, ["show", "c"], obj=app, catch_exceptions=False, standalone_mode=False)
        assert key == refused.value.key
