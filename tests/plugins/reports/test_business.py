"""The reports over the database, reckoned by hand on the sample dealer: what each says, to whom, and the rows behind it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from patron import testing
from patron.app import App
from patron.core.access import DeniedError
from patron.core.config.settings import ReportSettings
from patron.core.errors import UsageError
from patron.plugins.reports.commands import report

Row = dict[str, Any]


@pytest.fixture(scope="module")
def dealer(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return an application with the sample dealer."""
    made = testing.app_with_database(tmp_path_factory.mktemp("dealer"))
    with made.session() as session:
        testing.sample_dealer(session)
    return made


@pytest.fixture
def show(dealer: App) -> Callable[..., dict[str, Any]]:
    """Return what gives a report as JSON: tables by code as rows by title, figures by label."""

    def shown(*args: str, login: str | None = None, app: App = dealer) -> dict[str, Any]:
        app = app._replace(login=login)
        result = CliRunner().invoke(
            report, ["show", *args, "--format", "json"], obj=app, catch_exceptions=False, standalone_mode=False
        )
        if result.exception:
            raise result.exception
        found: dict[str, Any] = {"document": json.loads(result.stdout_bytes), "notes": []}
        for block in (block for section in found["document"]["sections"] for block in section["blocks"]):
            if block["type"] == "table":
                titles = [column["key"] for column in block["columns"]]
                found[block["code"]] = [dict(zip(titles, row, strict=True)) for row in block["rows"]]
            elif block["type"] == "figures":
                found |= {figure["label"]: figure["value"] for figure in block["figures"]}
            elif block["type"] == "note":
                found["notes"].append(block["text"])
            else:
                found[block["code"]] = block
        return found

    return shown


def row(rows: list[Row], column: str, value: object) -> Row:
    return next(one for one in rows if one[column] == value)


@pytest.mark.requirement("R008")
def test_spend_by_month_with_adverts_apart_from_events_by_channel_and_campaign(show) -> None:
    found = show("spend", "--period", "2025")

    november, december = (row(found["spend"], "month", month) for month in ("2025-11", "2025-12"))
    assert ("1100.0000", "0.0000", "0.0000") == (november["spend_adverts"], november["spend_events"], november["spend_other"])
    assert ("0.0000", "1200.0000", "1200.0000") == (december["spend_adverts"], december["spend_events"], december["spend_other"])
    assert "3500.0000" == found["spend"][-1]["spend"]
    assert 12 + 1 == len(found["spend"])
    assert "2300.0000" == row(found["spend_by_source"], "source", "showroom")["spend"]
    assert "1200.0000" == row(found["spend_by_campaign"], "campaign", "Spring fair")["spend"]


def test_sources_without_leads_are_listed_and_shares_are_of_all(show) -> None:
    found = show("acquisition", "--period", "2025")["leads_by_source"]

    assert {"phone": 4, "showroom": 3} == {one["source"]: one["leads_new"] for one in found[:2]}
    assert 11 + 1 == len(found)
    assert 1.0 == pytest.approx(sum(one["leads_share"] for one in found[:-1]))


def test_what_there_is_none_of_has_no_rate(show) -> None:
    """An empty denominator gives none, and never 0."""
    found = show("conversion", "--period", "2020")

    assert found["conversion rate"] is None
    assert 0 == found["new leads"]
    assert {None} == {one["conversion_rate"] for one in found["conversion"]}


def test_conversion_is_won_in_the_period_by_filed_in_it_and_the_cohort_beside_it(show) -> None:
    found = show("conversion", "--period", "2025")
    november, december = (row(found["conversion"], "month", month) for month in ("2025-11", "2025-12"))

    assert (6, 2, 2 / 6, 3 / 6) == tuple(
        november[one] for one in ("leads_new", "leads_won", "conversion_rate", "cohort_conversion_rate")
    )
    assert (1, 1, 1.0, 0.0) == tuple(
        december[one] for one in ("leads_new", "leads_won", "conversion_rate", "cohort_conversion_rate")
    )
    assert 20 == found["days to won"]
    assert {"Ann": 0.5, "Bob": 1 / 3} == {one["rep"]: one["rep_conversion_rate"] for one in found["conversion_by_rep"][:-1]}


@pytest.mark.requirement("R041")
def test_losses_are_cut_by_age_occupation_family_income_and_their_combinations(show) -> None:
    found = show("losses", "--period", "2025")

    assert {"45 to 54": 1, "25 to 34": 1} == {
        one["age_band"]: one["leads_lost"] for one in found["losses_by_age"][:-1] if one["leads_lost"]
    }
    assert {"nurse": 1, "teacher": 1} == {one["occupation"]: one["leads_lost"] for one in found["losses_by_occupation"][:-1]}
    assert {"married": 2, "not known": 0} == {one["family_status"]: one["leads_lost"] for one in found["losses_by_family"][:-1]}
    assert {1 / 2, 1 / 3} == {one["lost_of_ended"] for one in found["losses_by_income"][:-1]}
    assert {"teacher", "nurse"} == {one["occupation"] for one in found["losses_by_class"][:-1]}
    combined = show("losses", "--period", "2025", "--by", "lost_reason,age_band")["losses_by_reason"]
    assert [1, 1, 2] == [one["leads_lost"] for one in combined]


@pytest.mark.requirement("R033")
def test_topics_of_contacts_with_won_and_lost_leads(show) -> None:
    found = show("topics", "--period", "2025")["topics"]

    price, product = (next(one for one in found if one["topic"] == topic) for topic in ("price", "product"))
    assert [1.0, 1.0, 1.0] == [value for key, value in price.items() if key != "topic"]
    assert [0.5, 0.5, 0.5] == [value for key, value in product.items() if key != "topic"]


@pytest.mark.requirement("R038")
def test_histories_of_won_and_lost_leads_from_both_ends(show) -> None:
    """Each changed likelihood and price once, on the tenth day of twenty."""
    found = show("histories", "--period", "2025")

    likelihood = found["changes"][0]
    assert (3, 1.0, 2, 1.0) == tuple(likelihood[key] for key in ("won_leads", "won_changes", "lost_leads", "lost_changes"))
    assert [0.0, 0.0] == [found["changes"][place]["won_changes"] for place in (2, 3)]
    after = {one["day"]: one for one in found["after"]}
    before = {one["day"]: one for one in found["before"]}
    assert [(0.4, 0.4), (0.4, 0.4), (0.7, 0.2), (None, None)] == [
        (after[day]["likelihood_won"], after[day]["likelihood_lost"]) for day in (0, 7, 14, 21)
    ]
    assert [(0.7, 0.2), (0.7, 0.2), (0.4, 0.4), (None, None)] == [
        (before[day]["likelihood_won"], before[day]["likelihood_lost"]) for day in (0, 7, 14, 21)
    ]
    assert (0.0, -0.05) == (after[7]["quoted_price_won"], after[14]["quoted_price_won"])
    assert "likelihood_after" not in found  # too few leads to draw


@pytest.mark.requirement("R058")
def test_freshness_is_the_share_of_open_leads_with_news_within_the_days(show) -> None:
    """Both open leads were called three days ago; a day after that week is over, neither is fresh."""
    now, later = show("freshness"), show("freshness", "--as-of", "2026-01-06")

    assert {"Ann": 1.0, "Bob": 1.0} == {one["owner"]: one["freshness"] for one in now["freshness"][:-1]}
    assert (2, 0, 0.0) == tuple(later["freshness"][-1][key] for key in ("leads_open", "leads_fresh", "freshness"))


@pytest.mark.requirement("R059")
def test_units_and_amount_by_person_model_and_period(show) -> None:
    found = show("sales", "--period", "2025")

    assert {"Ann": (6, "5700.0000"), "Bob": (3, "2850.0000")} == {
        one["rep"]: (one["units"], one["sales"]) for one in found["sales_by_rep"][:-1]
    }
    assert (9, "8550.0000") == tuple(found["sales_by_model"][0][key] for key in ("units", "sales"))
    assert [6, 3] == [row(found["sales"], "month", month)["units"] for month in ("2025-11", "2025-12")]
    assert "2850.0000" == found["amount per order"]


@pytest.mark.requirement("R105")
def test_how_each_customer_places_orders(show) -> None:
    found = show("ordering", "--period", "2025")

    assert {"in person": 2, "phone": 1, "email": 0} == {one["channel"]: one["orders"] for one in found["orders_by_channel"][:-1]}
    customers = {
        one["customer"]: [value for key, value in one.items() if key != "customer"] for one in found["orders_by_customer"]
    }
    assert {"Customer 0": [1, 0, 1], "Customer 1": [0, 1, 1], "Customer 4": [1, 0, 1], "all": [2, 1, 3]} == customers


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_a_table_that_is_cut_short_has_the_first_rows_of_the_whole(show, most: int) -> None:
    """Of equal rows those that come first by code; what all of them come to stays."""
    whole, shown = (show("ordering", "--period", "2025", "--limit", limit)["orders_by_customer"] for limit in ("0", str(most)))
    assert (whole[:-1][:most], whole[-1]) == (shown[:-1], shown[-1])
    assert len(whole) == 4


@pytest.mark.requirement("R026")
def test_the_director_reads_all_of_it_and_a_rep_what_is_the_reps(dealer: App, show) -> None:
    from patron.core.nouns import User

    with dealer.session() as session, session.write() as work:
        for role in ("director", "sales_rep"):
            work.add(User(login=f"{role}_{len(role)}", name=role, roles=(role,)))
        work.commit()
    for name in ("acquisition", "conversion", "losses", "trends"):
        assert show(name, "--period", "2025", login="director_8") == show(name, "--period", "2025")
    assert {"new leads": 4, "won": 2} == {
        key: show("conversion", "--period", "2025", login="ann")[key] for key in ("new leads", "won")
    }
    assert 0 == show("conversion", "--period", "2025", login="sales_rep_9")["new leads"]
    with pytest.raises(DeniedError):
        show("spend", login="ann")
    assert any("not for you" in note for note in show("trends", "--period", "2025", login="ann")["notes"])
    acquisition = show("acquisition", "--period", "2025", login="ann")
    assert any("not for you" in note for note in acquisition["notes"])
    assert "leads_by_source" in str(acquisition)


def test_the_rows_behind_a_number_are_as_many_as_it_says(show) -> None:
    found = show("losses", "--period", "2025", "--rows", "losses_by_reason:price:leads_lost")
    by_head = show("losses", "--period", "2025", "--rows", "losses_by_reason:price:Lost")

    assert found["rows"] == by_head["rows"]
    assert [3, 6] == [one["id"] if isinstance(one["id"], int) else int(one["id"].removeprefix("#")) for one in found["rows"]]
    assert any("patron lead list --where" in note and "lost_at >= " in note for note in found["notes"])
    denominator = show("conversion", "--period", "2025", "--rows", "conversion:2025-11:conversion_rate:per")
    assert 6 == len(denominator["rows"])


@pytest.mark.parametrize(
    ("name", "cell", "noun", "expected"),
    [
        ("conversion", "conversion_by_source:phone:leads_won", "lead", [1, 5]),
        ("ordering", "orders_by_channel:field:orders", "order", [1, 4]),
        ("ordering", "orders_by_channel:*:orders", "order", [1, 2, 4]),
    ],
)
def test_the_condition_lists_the_same_records(dealer: App, show, name: str, cell: str, noun: str, expected: list[int]) -> None:
    """What the report says can be typed; the order that was cancelled is in neither."""
    import shlex

    from patron.core.crm import Query, list_records

    found = show(name, "--period", "2025", "--rows", cell)
    words = shlex.split(next(note for note in found["notes"] if f"patron {noun} list" in note).partition(": ")[2])
    with dealer.session() as session:
        page = list_records(session, Query(noun=noun, where=words[words.index("--where") + 1]))

    assert expected == sorted(record.id for record in page.records)
    assert len(expected) == len(found["rows"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("losses", "--by", "colour"), "no column 'colour'"),
        (("losses", "--by", "lost_at"), "can't be put into groups by lost_at"),
        (("freshness", "--by", "month"), "as things stand"),
        (("losses", "--rows", "losses_by_raeson:price"), "nearest is losses_by_reason"),
        (("losses", "--rows", "losses_by_reason:prise"), "no row 'prise'"),
        (("losses", "--rows", "losses_by_reason:price:lostt"), "no column 'lostt'"),
        (("losses", "--rows", "losses_by_reason:price:leads_lost:per"), "has no denominator"),
        (("losses", "--rows", "a:b:c:d:e"), "names no number"),
        (("spend", "--known-at", "2026-01-01"), "--known-at"),
        (("losses", "--period", "2025", "--last", "3m"), "two ways"),
    ],
)
def test_what_can_not_be_is_said(show, arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        show(*arguments, "--period", "2025") if "--period" not in arguments else show(*arguments)


def test_a_curve_is_drawn_of_enough_leads_and_each_outcome_has_its_own(dealer: App, show) -> None:
    settings = dealer.settings._replace(report=ReportSettings(least_leads=2, step_days=5))
    chart = show("histories", "--period", "2025", app=dealer._replace(settings=settings))["likelihood_after"]

    assert [(0, 0.4), (5, 0.4), (10, 0.7), (15, 0.7), (20, 0.7)] == [
        (point["x"], point["y"]) for point in chart["points"] if point["series"] == "won"
    ]
    assert {"won", "lost"} == {point["series"] for point in chart["points"]}


def test_the_same_data_and_times_give_the_same_bytes_in_every_format(dealer: App) -> None:
    dealer = dealer._replace(settings=dealer.settings._replace(report=ReportSettings(least_leads=2)))
    for form in ("html", "xlsx", "csv", "json", "text"):
        first, second = (
            CliRunner()
            .invoke(
                report,
                ["show", "histories", "--period", "2025", "--as-of", "2026-01-01", "--format", form],
                obj=dealer,
                catch_exceptions=False,
            )
            .stdout_bytes
            for _ in range(2)
        )
        assert first == second
        assert first


def test_a_report_of_the_database_needs_none_of_a_scores_file(dealer: App, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--scores"):
        CliRunner().invoke(report, ["show", "deciles"], obj=dealer, catch_exceptions=False, standalone_mode=False)
