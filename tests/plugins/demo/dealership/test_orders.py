"""The orders: a few customers buy most, and every car that was won is bought."""

import numpy as np
import pytest

from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import WON, draw_leads
from patron.plugins.demo.dealership.orders import draw_orders
from patron.plugins.demo.dealership.plan import END, FIRST_ORDERS, Dealership, seconds_of

PLAN = Dealership(leads=4_000)
LEADS = draw_leads(PLAN)
ORDERS = draw_orders(PLAN, LEADS)
PRODUCTS = read_house().products


def test_there_are_as_many_lines_as_asked_for_besides_those_of_the_leads():
    of_leads = (ORDERS.leads >= 0)[ORDERS.order_of_line]

    assert PLAN.lines == (~of_leads).sum()
    assert 3 * (LEADS.fates == WON).sum() == of_leads.sum()


@pytest.mark.parametrize("lines", [1, 2, 7, 50])
def test_few_lines_are_possible(lines):
    plan = Dealership(leads=1, lines=lines)

    assert lines <= len(draw_orders(plan, draw_leads(plan)).products)


def test_lines_are_numbered_within_their_order():
    numbers = ORDERS.line_numbers
    firsts = np.flatnonzero(numbers == 1)

    assert len(ORDERS) == len(firsts)
    assert (np.diff(numbers)[np.diff(ORDERS.order_of_line) == 0] == 1).all()


def test_orders_come_in_order_within_the_years():
    assert (np.diff(ORDERS.at) >= 0).all()
    assert seconds_of(FIRST_ORDERS) <= ORDERS.at[0] <= ORDERS.at[-1] <= END


def test_every_lead_that_was_won_is_an_order_of_its_car():
    won = np.flatnonzero(LEADS.fates == WON)
    orders = np.flatnonzero(ORDERS.leads >= 0)
    first = np.searchsorted(ORDERS.order_of_line, orders)

    assert sorted(won) == sorted(ORDERS.leads[orders])
    assert (LEADS.cars[ORDERS.leads[orders]] == ORDERS.products[first]).all()
    assert (LEADS.closed[ORDERS.leads[orders]] == ORDERS.at[orders]).all()
    assert (LEADS.persons[ORDERS.leads[orders]] == ORDERS.persons[orders]).all()


def test_every_customer_comes_and_a_few_come_often():
    visits = np.bincount(ORDERS.persons[ORDERS.leads < 0])[1:]

    assert PLAN.customers == len(visits)
    assert 1 == visits.min()
    assert np.sort(visits)[-len(visits) // 10 :].sum() > 0.25 * visits.sum()


def test_amounts_are_prices_less_discounts():
    gross = ORDERS.quantities * PRODUCTS.prices[ORDERS.products]

    assert (ORDERS.amounts == gross - ORDERS.discounts).all()
    assert (np.abs(ORDERS.discounts) <= np.abs(gross) // 10).all()
    assert 0 < (ORDERS.amounts < 0).mean() < 0.01
    assert (ORDERS.quantities[ORDERS.products < PRODUCTS.cars.stop] == 1).all()
