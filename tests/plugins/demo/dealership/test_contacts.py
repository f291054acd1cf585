"""The contacts: in their order, and ending as the lead does."""

import numpy as np

from patron.plugins.demo.dealership.contacts import CALLED_AFTER, CHANNELS, DECISIONS, OCCASIONS, OUTCOMES, draw_contacts
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import INVALID, WON, draw_leads
from patron.plugins.demo.dealership.orders import draw_orders
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership(leads=4_000)
LEADS = draw_leads(PLAN)
ORDERS = draw_orders(PLAN, LEADS)
CONTACTS = draw_contacts(PLAN, LEADS, ORDERS)
OWN = CONTACTS.leads >= 0
FIRSTS = np.flatnonzero(np.diff(CONTACTS.leads[OWN], prepend=-1))


def test_every_lead_begins_with_the_contact_that_brought_it():
    assert (np.arange(len(LEADS)) == CONTACTS.leads[FIRSTS]).all()
    assert (LEADS.filed == CONTACTS.at[FIRSTS]).all()
    assert CONTACTS.inbound[FIRSTS].all()
    showroom = LEADS.sources == read_house().sources.codes.index("showroom")
    assert (CONTACTS.channels[FIRSTS][showroom] == CHANNELS.index("visit")).all()


def test_contacts_of_a_lead_lie_between_its_beginning_and_its_end():
    """And in the order of time."""
    leads, at = CONTACTS.leads[OWN], CONTACTS.at[OWN]

    assert (LEADS.filed[leads] <= at).all()
    assert (at <= LEADS.closed[leads]).all()
    assert (np.diff(at)[np.diff(leads) == 0] >= 0).all()


def test_what_is_won_ends_with_an_order():
    ordered = CONTACTS.decisions == DECISIONS.index("order")

    assert set(np.flatnonzero(LEADS.fates == WON)) == set(CONTACTS.leads[ordered])
    assert (CONTACTS.occasions[ordered] == OCCASIONS.index("won")).all()


def test_calls_to_wrong_numbers_are_those_of_invalid_leads():
    wrong = CONTACTS.outcomes == OUTCOMES.index("wrong_number")

    assert set(LEADS.fates[CONTACTS.leads[wrong]]) == {INVALID}


def test_one_call_in_four_reaches_nobody():
    talked = OWN & (CONTACTS.channels == CHANNELS.index("phone")) & ~CONTACTS.inbound
    silent = np.isin(CONTACTS.outcomes[talked], (OUTCOMES.index("no_answer"), OUTCOMES.index("busy")))

    assert 0.15 < silent.mean() < 0.35


def test_some_customers_are_called_after_service():
    after = CONTACTS.orders[~OWN]

    assert abs(len(after) / len(ORDERS) - CALLED_AFTER) < 0.02
    assert (CONTACTS.at[~OWN] >= ORDERS.at[after]).all()
    assert ((1 <= CONTACTS.satisfaction[~OWN]) & (CONTACTS.satisfaction[~OWN] <= 5)).all()
