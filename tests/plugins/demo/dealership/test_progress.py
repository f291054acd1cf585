"""How leads go on: never back in time, and to the end that they have."""

import numpy as np

from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import LOST, OPEN, WON, draw_leads
from patron.plugins.demo.dealership.plan import END, Dealership
from patron.plugins.demo.dealership.progress import look, moving

LEADS = draw_leads(Dealership(leads=3_000))
ALL = np.arange(len(LEADS))
FIRST, LAST = look(LEADS, ALL, LEADS.filed), look(LEADS, ALL, END)


def test_every_lead_begins_open_and_ends_as_it_ends():
    assert (FIRST.fates == OPEN).all()
    assert (LAST.fates == LEADS.fates).all()


def test_stages_only_rise():
    middle = look(LEADS, ALL, (LEADS.filed + LEADS.closed) // 2)

    assert (FIRST.stages <= middle.stages).all()
    assert (middle.stages <= LAST.stages)[LAST.fates != 3].all()


def test_likelihood_tells_the_end():
    assert (100 == LAST.likelihoods[LAST.fates == WON]).all()
    assert (0 == LAST.likelihoods[LAST.fates == LOST]).all()
    assert ((0 < FIRST.likelihoods) & (FIRST.likelihoods < 100)).all()


def test_prices_come_nearer_to_each_other():
    """Our price never rises, and what was signed is what the customer offered."""
    won = LAST.fates == WON
    list_prices = read_house().products.prices[LEADS.cars]

    assert (LAST.quotes <= FIRST.quotes).all()
    assert (FIRST.quotes <= list_prices).all()
    assert (LAST.quotes[won] == LAST.offers[won]).all()
    assert (LAST.offers <= LAST.quotes)[~won].all()
    assert not (LAST.quotes % 10_000).any()


def test_a_list_has_who_was_pursued_since_the_last_one():
    middle = int(LEADS.filed[1_500])
    later = moving(LEADS, middle, END)

    assert (LEADS.closed[later] > middle).all()
    assert set(np.flatnonzero(LEADS.filed > middle)) <= set(later)
