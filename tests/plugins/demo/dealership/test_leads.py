"""The leads: as skewed as real ones, and consistent with themselves."""

import numpy as np
import pytest

from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import INVALID, KNOWN, LOST, OPEN, REVIVED, WON, draw_leads
from patron.plugins.demo.dealership.marketing import draw_campaigns
from patron.plugins.demo.dealership.plan import END, FIRST_LEADS, Dealership, seconds_of

PLAN = Dealership(leads=20_000)
LEADS = draw_leads(PLAN)
SOURCES = read_house().sources


def test_the_same_plan_gives_the_same_leads():
    small = Dealership(leads=300)

    assert (draw_leads(small).closed == draw_leads(small).closed).all()
    assert (draw_leads(small).cars != draw_leads(Dealership(leads=300, seed=8)).cars).any()


def test_there_are_as_many_as_asked_for():
    assert 20_000 == len(LEADS)
    assert 1 == len(draw_leads(Dealership(leads=1)))


def test_sources_have_their_shares():
    counts = np.bincount(LEADS.sources) / len(LEADS)

    assert counts == pytest.approx(SOURCES.shares, abs=0.01)


def test_some_sources_win_more():
    """Of each source about as many leads are won as house.toml says, and the showroom beats the text message by far."""
    won = np.array([(LEADS.fates[LEADS.sources == number] == WON).mean() for number in range(len(SOURCES.codes))])

    assert won == pytest.approx(SOURCES.won, abs=0.025)


def test_leads_are_filed_in_order_within_the_months():
    assert (np.diff(LEADS.filed) >= 0).all()
    assert seconds_of(FIRST_LEADS) <= LEADS.filed[0] < LEADS.filed[-1] <= END


def test_weekends_bring_more():
    weekday = (LEADS.filed // 86_400 + 3) % 7
    counts = np.bincount(weekday, minlength=7)

    assert counts[5:].mean() > 1.5 * counts[:4].mean()


def test_what_begins_comes_before_what_ends():
    assert (LEADS.filed <= LEADS.reached).all()
    assert (LEADS.reached <= LEADS.closed).all()
    assert (LEADS.closed <= END).all()
    assert (LEADS.closed[LEADS.fates == OPEN] == END).all()
    assert (LEADS.closed[np.isin(LEADS.fates, (WON, LOST, INVALID, REVIVED))] < END).all()


def test_leads_of_events_lie_within_a_campaign():
    campaigns = draw_campaigns()
    at_stand = LEADS.sources == SOURCES.codes.index("market_event")
    for lead in np.flatnonzero(at_stand)[:200]:
        campaign = campaigns[LEADS.campaigns[lead]]

        assert seconds_of(campaign.starts_on) <= LEADS.filed[lead] < seconds_of(campaign.ends_on) + 86_400


def test_some_persons_are_known_and_some_come_twice():
    known = LEADS.persons <= PLAN.customers
    new, times = np.unique(LEADS.persons[~known], return_counts=True)

    assert abs(known.mean() - KNOWN) < 0.01
    assert 0.01 < (times > 1).mean() < 0.05
    assert new.max() <= PLAN.customers + PLAN.leads


def test_at_most_two_share_a_phone():
    pairs = np.unique(np.stack([LEADS.phones, LEADS.persons]), axis=1)
    _, owners = np.unique(pairs[0], return_counts=True)

    assert 2 == owners.max()
    assert 100 < (owners == 2).sum()
