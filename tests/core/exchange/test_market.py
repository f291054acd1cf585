"""
Figures of market research from files: whom a row is about, what is the same figure, and what is refused.
"""

from decimal import Decimal

import pytest

from patron.app import App
from patron.core.exchange import revert_import
from patron.core.nouns import Customer, MarketFigure

STUDY = {"on": "2026-12-31", "study": "Trade survey"}
CUSTOMERS = (
    "external_id,name,kind,region,industry\n"
    "C1,Acme Ltd.,organisation,North,transport\nC2,华东物流有限公司,organisation,East,logistics\n"
    "C3,Twin AG,organisation,,\nC4,TWIN AG,organisation,,\n"
)


def figures(app: App) -> list[MarketFigure]:
    with app.session() as session, session.read() as reader:
        return list(reader.find(MarketFigure))


@pytest.fixture
def customers(staff: App, bring) -> dict[str, int]:
    """Return name → id of organisations."""
    assert ["create"] * 4 == bring("customers", CUSTOMERS, name="customers.csv").outcomes
    with staff.session() as session, session.read() as reader:
        return {one.name: one.id for one in reader.find(Customer)}


@pytest.mark.requirement("R101")
def test_rows_are_joined_by_name_however_written_by_external_id_or_stand_for_region_and_industry(
    staff: App, bring, customers: dict[str, int]
) -> None:
    rows = "ＡＣＭＥ　ltd,,,,1000\n,C2,,,2000\nBeta GmbH,,North,transport,800\n,,North,,9000\n,,,transport,8000\n"
    found = bring("market", "company,external_id,region,industry,amount\n" + rows, constants=STUDY)
    assert ["create"] * 5 == found.outcomes
    assert [
        ("ＡＣＭＥ　ltd", customers["Acme Ltd."], None, None),
        ("华东物流有限公司", customers["华东物流有限公司"], None, None),
        ("Beta GmbH", None, "North", "transport"),
        (None, None, "North", None),
        (None, None, None, "transport"),
    ] == [(one.company, one.customer_id, one.region, one.industry) for one in figures(staff)]


@pytest.mark.requirement("R101")
def test_rows_that_nothing_of_ours_stands_for_are_counted_and_named(bring, customers: dict[str, int]) -> None:
    """Companies, and regions and industries, which may be written otherwise here; the most frequent first."""
    rows = "Acme Ltd,,,1\nBeta GmbH,North,,2\nBeta GmbH,South,,3\n,Nroth,transport,4\n,Nroth,,5\n"
    bring("customers", "name,kind,region\nNorth AG,organisation,North\n", name="north.csv")
    found = bring("market", "company,region,industry,amount\n" + rows + ",North,,6\n", constants=STUDY).result

    assert (found.created, found.unjoined, found.unjoined_names) == (6, 4, ("Beta GmbH", "Nroth · transport", "Nroth"))


def test_a_figure_that_comes_again_is_corrected_joined_when_its_company_became_a_customer_and_taken_back(
    staff: App, bring, customers: dict[str, int]
) -> None:
    head = "company,amount\n"
    bring("market", head + "Acme Ltd,1000\nBeta GmbH,800\n", constants=STUDY)
    bring("customers", "external_id,name,kind\nC9,BETA GmbH,organisation\n", name="beta.csv")
    again = bring("market", head + "ACME LTD.,1200\nBeta GmbH,800\n", constants=STUDY, name="two.csv")
    assert ["update", "update"] == again.outcomes
    acme, beta = figures(staff)
    assert (Decimal(1200), True) == (acme.amount, beta.customer_id is not None)

    with staff.session() as session:
        revert_import(session, again.result.batch_id)
    acme, beta = figures(staff)
    assert (Decimal(1000), None) == (acme.amount, beta.customer_id)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Twin AG,,,5", "exchange.several_called"),
        (",X9,,5", "exchange.nobody_called"),
        (",,,5", "exchange.about_nobody"),
        ("Acme Ltd,,,", "exchange.required"),
    ],
)
def test_what_is_about_nobody_or_about_several_is_refused(bring, customers: dict[str, int], row: str, code: str) -> None:
    found = bring("market", f"company,external_id,region,amount\n{row}\n", constants=STUDY)
    assert (["reject"], code) == (found.outcomes, found.result.reasons[0].code)
