"""The report that sets own sales beside what studies say of the market, reckoned by hand."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from patron import Customer, Order, OrderLine, testing
from patron.app import App
from patron.core.nouns import MarketFigure
from patron.plugins.reports.commands import report

AT = datetime(2025, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return an application that sells to Acme (through a contact, too) and Chen, of whom no study speaks."""
    made = testing.app_with_database(tmp_path_factory.mktemp("house"))
    with made.session() as session, session.write() as work:
        acme, chen = (
            work.add(Customer(name=name, kind="organisation", region=region, industry=industry))
            for name, region, industry in (("Acme", "North", "transport"), ("Chen", "East", "logistics"))
        )
        jane = work.add(Customer(name="Jane", organisation_id=acme.id))
        for number, (customer, amount) in enumerate([(acme, 300), (jane, 100), (chen, 500)]):
            order = work.add(Order(customer_id=customer.id, number=str(number), ordered_at=AT))
            work.add(OrderLine(order_id=order.id, customer_id=customer.id, at=AT, key="1", amount=Decimal(amount)))
        for amount, about in (
            (1000, {"company": "ACME", "customer_id": acme.id}),
            (800, {"company": "Beta", "region": "North"}),
            (8000, {"region": "North"}),
            (5000, {"industry": "transport"}),
        ):
            work.add(MarketFigure(on=date(2025, 6, 30), study="Survey", amount=Decimal(amount), **about))
        work.commit()
    return made


def show(app: App, *options: str) -> dict[str, Any]:
    """Return tables by code, as rows by their first cell; figures by label."""
    made = CliRunner().invoke(
        report, ["show", "market", "--period", "2025", "--format", "json", *options], obj=app, catch_exceptions=False
    )
    found: dict[str, Any] = {}
    for block in (block for section in json.loads(made.stdout_bytes)["sections"] for block in section["blocks"]):
        if block["type"] == "figures":
            found |= {figure["label"]: figure["value"] for figure in block["figures"]}
        elif block["type"] == "table":
            keys = [column["key"] for column in block["columns"]]
            found[block["code"]] = {row[0]: dict(zip(keys, row, strict=True)) for row in block["rows"]}
    return found


@pytest.mark.requirement("R101")
def test_own_sales_stand_beside_the_market_from_the_total_down_to_the_customer_and_its_orders(house: App) -> None:
    found = show(house)
    assert ("900.0000", "1000.0000", "800.0000") == tuple(
        found[label] for label in ("amount", "bought by customers", "bought by others")
    )
    assert Decimal("0.4") == Decimal(str(found["share of wallet"]))  # Chen's 500 are no part of what is known
    north, east = (found["market_by_region"][region] for region in ("North", "East"))
    assert ("400.0000", "8000.0000", 0.05) == (north["sales"], north["region_volume"], north["region_share"])
    assert ("500.0000", None, None) == (east["sales"], east["region_share"], east["wallet_share"])
    assert 0.08 == found["market_by_industry"]["transport"]["industry_share"]
    assert [0.4, None] == [found["market_by_company"][name]["wallet_share"] for name in ("Acme", "Chen")]

    (behind,) = show(house, "--rows", "market_by_company:#1:sales").values()
    assert {"300.00", "100.00"} == {row["amount"] for row in behind.values()}


def test_the_total_of_a_share_counts_only_regions_whose_market_is_known(house: App) -> None:
    assert 0.05 == show(house)["market_by_region"]["all"]["region_share"]
