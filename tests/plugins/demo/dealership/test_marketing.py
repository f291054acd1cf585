"""Campaigns and spends: within the months of the leads, each spend of a kind."""

from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.marketing import draw_campaigns, draw_expenses
from patron.plugins.demo.dealership.plan import FIRST_LEADS, LAST_DAY, Dealership


def test_campaigns_lie_within_the_months_of_the_leads():
    campaigns = draw_campaigns()

    assert all(FIRST_LEADS <= campaign.starts_on <= campaign.ends_on <= LAST_DAY for campaign in campaigns)
    assert len(campaigns) == len({campaign.code for campaign in campaigns}) == 15


def test_every_month_has_its_spends():
    """Rent and advertising by source every month, and each campaign once."""
    expenses = draw_expenses(Dealership())
    months = {(expense.on.year, expense.on.month) for expense in expenses if expense.kind == "store_rent"}
    sources = {expense.source for expense in expenses if expense.kind == "advertising" and expense.source}
    campaigns = [expense.campaign for expense in expenses if expense.campaign]

    assert 18 == len(months)
    assert {"phone", "webshop", "forum", "email", "qq", "sms"} == sources
    assert sorted(campaigns) == sorted(campaign.code for campaign in draw_campaigns())
    assert all(expense.hundredths > 0 for expense in expenses)


def test_spends_grow_with_the_house():
    """But for the rent."""
    small, large = (
        sum(expense.hundredths for expense in draw_expenses(Dealership(leads=leads)) if expense.kind != "store_rent")
        for leads in (4_000, 8_000)
    )

    assert 1.9 < large / small < 2.1
    assert 18_000_000 == read_house().spend["store_rent"]
