"""The meaning of the words: that of this run, not of a default one."""

import attrs
import pytest

from patron.core.records import ScoreRun, Tally
from patron.plugins.reports.definitions import TERMS, definitions

TOLD = {"loyalty": (Tally(value="relational", customers=3, monetary=1),)}


def meanings(run: ScoreRun, report_data, lang: str = "en") -> dict[str, str]:
    return {row[0]: row[1] for row in definitions(report_data(run, lang))[0].rows}


def changed(run: ScoreRun, **factors: dict[str, object]) -> ScoreRun:
    chosen = {code: {"plugin": "scores", "parameters": parameters} for code, parameters in factors.items()}
    return attrs.evolve(run, parameters={**run.parameters, "factors": {**run.parameters["factors"], **chosen}})


def test_every_term_has_a_meaning(shop_run, report_data, lang) -> None:
    found = meanings(attrs.evolve(shop_run, tallies=TOLD), report_data, lang)

    assert len(TERMS) == len(found) == len(set(found.values()))
    assert not [cell for row in found.items() for cell in row if cell.startswith("definitions.") or "{" in cell]


def test_what_the_run_has_nothing_of_is_not_defined(single_run, report_data) -> None:
    """Without costs there is no margin to speak of, without discounts no transactional customer, without a factor no tier."""
    found = meanings(attrs.evolve(single_run, parameters={}), report_data)

    assert not {"Margin", "Transactional", "ABC tier", "Profitable group", "R, F and M"} & set(found)
    assert not [meaning for meaning in found.values() if "margin" in meaning]


def test_a_factor_of_another_plugin_is_not_explained_with_our_words(shop_run, report_data) -> None:
    foreign = {"abc": {"plugin": "mine", "parameters": {"stars": 5}}}

    assert "ABC tier" not in meanings(attrs.evolve(shop_run, parameters={"factors": foreign}), report_data)


def test_groups_are_those_of_the_run(shop_run, report_data) -> None:
    """Their number, what they are ranked by, and whether ties stay together."""
    deciles = meanings(shop_run, report_data)["Decile"]
    run = attrs.evolve(shop_run, by="orders", groups=shop_run.groups[:7], parameters={**shop_run.parameters, "ties": "together"})
    sevenths = meanings(run, report_data)["Group"]

    assert deciles.startswith("One of 10 groups of customers by net sales")
    assert "Sizes differ by at most one" in deciles
    assert sevenths.startswith("One of 7 groups of customers by orders")
    assert "sizes may differ" in sevenths


def test_purchases_and_orders_are_what_the_run_was_told(shop_run, report_data) -> None:
    told = meanings(shop_run, report_data)
    other = meanings(attrs.evolve(shop_run, parameters={"ignore_zero": True}), report_data)

    assert ("zero or more" in told["Purchase"], "above zero" in other["Purchase"]) == (True, True)
    assert "Distinct values of the column InvoiceNo among a customer's purchases." == told["Orders"]
    assert "Distinct days with a purchase." == other["Orders"]
    assert "2011-12-10" in told["Recency"]


@pytest.mark.parametrize(
    ("factor", "parameters", "term", "said"),
    [
        ("rfm", {"groups": 3}, "R, F and M", ["from 1 to 3", "into 3 parts", "3 is best"]),
        ("abc", {"top": "0.1", "bottom": "0.255"}, "ABC tier", ["A the best 10% of", "C the last 25.5%"]),
        ("loyalty", {"discounted_lines": 0.5}, "Transactional", ["at least 50% of the purchases", "margin below the median"]),
        (
            "profit_groups",
            {"first": "0.2", "second": "0.6", "decrease": "0.25"},
            "Profitable group",
            [
                "the first 20% of all",
                "up to 60%",
                "more than 25% below that of the 12 months before",
                "net sales and margin above",
            ],
        ),
    ],
)
def test_thresholds_are_those_of_the_run(shop_run, report_data, factor, parameters, term, said) -> None:
    """Configured thresholds stand in the definitions, whether they are numbers or, read back from a file, texts."""
    run = attrs.evolve(changed(shop_run, **{factor: parameters}), tallies=TOLD)
    meaning = meanings(run, report_data)[term]

    assert [] == [words for words in said if words not in meaning]


def test_the_recent_period_is_that_of_the_run(shop_run, report_data) -> None:
    run = attrs.evolve(shop_run, parameters={**shop_run.parameters, "recent_months": 6})

    assert "of the last 6 months" in meanings(run, report_data)["Profitable group"]
