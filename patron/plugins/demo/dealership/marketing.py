"""
Campaigns, and what marketing spends month by month: advertising by source, the house, and the campaigns themselves.
"""

from datetime import date, timedelta

import attrs
import numpy as np

from patron.plugins.demo.dealership.house import CampaignPlan, read_house
from patron.plugins.demo.dealership.plan import FIRST_LEADS, LAST_DAY, Dealership

USUAL_LEADS = 4_000
"""Of how many leads the sums in house.toml tell."""

BRINGING = ("event", "exhibition")
"""Kinds of campaigns at which people come to a stand of ours."""


@attrs.frozen(kw_only=True)
class Campaign:
    """
    A campaign of one year.

    Attributes:
        code: what files call it.
        plan: what is the same every year.
        starts_on: its first day.
        ends_on: its last day.
    """

    code: str
    plan: CampaignPlan
    starts_on: date
    ends_on: date


@attrs.frozen(kw_only=True)
class Expense:
    """
    One sum spent.

    Attributes:
        on: the day.
        kind: a code of `spend_kind`.
        hundredths: how much.
        source: for which source of leads.
        campaign: for which campaign.
    """

    on: date
    kind: str
    hundredths: int
    source: str | None = None
    campaign: str | None = None


def draw_campaigns() -> tuple[Campaign, ...]:
    """Return the campaigns that lie within the months of the leads, in the order of time."""
    found = []
    for year in range(FIRST_LEADS.year, LAST_DAY.year + 1):
        for plan in read_house().campaigns:
            starts_on = date(year, plan.month, plan.day)
            ends_on = starts_on + timedelta(days=plan.days - 1)
            if starts_on >= FIRST_LEADS and ends_on <= LAST_DAY:
                found.append(Campaign(code=f"{starts_on:%Y-%m}-{plan.kind}", plan=plan, starts_on=starts_on, ends_on=ends_on))
    return tuple(sorted(found, key=lambda campaign: campaign.starts_on))


def draw_expenses(plan: Dealership) -> tuple[Expense, ...]:
    """Return what is spent, in the order of time."""
    house, rng = read_house(), plan.draws("expenses")
    scale = plan.leads / USUAL_LEADS
    found = []
    for month in _months():
        for source, money in zip(house.sources.codes, house.sources.money.tolist(), strict=True):
            if money:
                found.append(Expense(on=month, kind="advertising", hundredths=_about(rng, money * scale), source=source))
        for kind, money in house.spend.items():
            # The rent is the same every month.
            hundredths = money if kind == "store_rent" else _about(rng, money * scale)
            found.append(Expense(on=month, kind=kind, hundredths=hundredths))
    for campaign in draw_campaigns():
        kind = "event" if campaign.plan.kind in BRINGING else "advertising"
        stand = "market_event" if kind == "event" else None
        hundredths = _about(rng, campaign.plan.budget * scale)
        found.append(Expense(on=campaign.ends_on, kind=kind, hundredths=hundredths, source=stand, campaign=campaign.code))
    return tuple(sorted(found, key=lambda expense: expense.on))


def _months() -> list[date]:
    """Return the fifth of every month of the leads: the day on which bills are paid."""
    first, last = (day.year * 12 + day.month - 1 for day in (FIRST_LEADS, LAST_DAY))
    return [date(number // 12, number % 12 + 1, 5) for number in range(first, last + 1)]


def _about(rng: np.random.Generator, hundredths: float) -> int:
    """Return a sum around this one: most near it, some half as much again."""
    return max(1, int(hundredths * rng.lognormal(-0.02, 0.2)))
