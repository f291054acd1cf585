"""
The files of the house besides those of leads: people, goods, campaigns and spends, customers, contacts, orders.
"""

import numpy as np
import pyarrow as pa

from patron.plugins.demo.chances import Ints
from patron.plugins.demo.columns import pick, to_ids, to_money
from patron.plugins.demo.dealership import contacts as happened
from patron.plugins.demo.dealership.cells import Columns, customer_ids, label, lead_keys, texts, to_times, where
from patron.plugins.demo.dealership.contacts import Contacts, note_words
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import Leads
from patron.plugins.demo.dealership.marketing import USUAL_LEADS, draw_campaigns, draw_expenses
from patron.plugins.demo.dealership.orders import CHANNELS, Orders
from patron.plugins.demo.dealership.people import people
from patron.plugins.demo.dealership.plan import END, Dealership
from patron.plugins.demo.dealership.staff import consultant_logins, consultant_names, draw_staff


def staff_table(plan: Dealership) -> Columns:
    """Return the users."""
    staff = draw_staff(plan)
    return {
        "login": texts([member.login for member in staff]),
        "name": texts([member.name for member in staff]),
        "role": texts([member.role for member in staff]),
        "team": texts([member.team for member in staff]),
    }


def products_table() -> Columns:
    """Return cars, accessories and service."""
    products = read_house().products
    return {
        "sku": texts(products.codes),
        "name": texts(products.names),
        "kind": texts(products.kinds),
        "price": to_money(products.prices),
    }


def campaigns_table(plan: Dealership) -> Columns:
    """Return the campaigns."""
    campaigns = draw_campaigns()
    scale = plan.leads / USUAL_LEADS
    return {
        "活动代码": texts([campaign.code for campaign in campaigns]),
        "活动名称": texts([f"{campaign.plan.names[1]} {campaign.plan.names[0]}" for campaign in campaigns]),
        "活动类型": texts([label("campaign_kind", campaign.plan.kind) for campaign in campaigns]),
        "开始日期": texts([campaign.starts_on.isoformat() for campaign in campaigns]),
        "结束日期": texts([campaign.ends_on.isoformat() for campaign in campaigns]),
        "活动负责人": texts(["qian.wei"] * len(campaigns)),
        "预算": to_money(np.array([int(campaign.plan.budget * scale) for campaign in campaigns])),
    }


def spend_table(plan: Dealership) -> Columns:
    """Return what marketing spent."""
    expenses = draw_expenses(plan)
    return {
        "date": texts([expense.on.isoformat() for expense in expenses]),
        "kind": texts([expense.kind for expense in expenses]),
        "source": texts([expense.source for expense in expenses]),
        "campaign": texts([expense.campaign for expense in expenses]),
        "spend": to_money(np.array([expense.hundredths for expense in expenses])),
    }


def customers_table(plan: Dealership) -> Columns:
    """Return the customers who bought before."""
    house, numbers = read_house(), np.arange(1, plan.customers + 1)
    some = people(plan, numbers)
    keepers = consultant_names(plan)
    return {
        "客户编号": customer_ids(plan, numbers),
        "客户姓名": some.names,
        "手机": some.phones,
        "区域": pick([zh for _, zh in house.regions], some.regions),
        "出生年": pa.array(some.birth_years),
        "职业": pick([zh for _, zh in house.occupations], some.occupations),
        "固定联系人": pick(keepers, numbers % len(keepers)),
    }


def contacts_table(plan: Dealership, leads: Leads, orders: Orders, contacts: Contacts) -> Columns:
    """Return what happened with leads and customers."""
    of_lead = contacts.leads >= 0
    persons = np.where(of_lead, leads.persons[contacts.leads], orders.persons[contacts.orders])
    consultants = np.where(of_lead, leads.consultants[contacts.leads], -1)
    heard = np.isin(contacts.outcomes, (happened.OUTCOMES.index("reached"), happened.OUTCOMES.index("appointment")))
    return {
        "time": to_times(contacts.at),
        "lead": where(of_lead, lead_keys(leads, contacts.leads)),
        "customer id": where(~of_lead, customer_ids(plan, persons)),
        "contact channel": pick(happened.CHANNELS, contacts.channels),
        "direction": pick(("out", "in"), contacts.inbound.astype(np.int64)),
        "staff": pick(consultant_logins(plan), consultants, consultants >= 0),
        "purpose": pick(("sales", "service"), (~of_lead).astype(np.int64)),
        "topics": _topics(contacts),
        "outcome": pick(happened.OUTCOMES, contacts.outcomes),
        "effective": pick(("no", "yes"), heard.astype(np.int64)),
        "duration_seconds": where(contacts.durations > 0, pa.array(contacts.durations)),
        "mood": pick(happened.MOODS, contacts.moods, contacts.moods >= 0),
        "decision": pick(happened.DECISIONS, contacts.decisions, contacts.decisions >= 0),
        "satisfaction": where(contacts.satisfaction > 0, pa.array(contacts.satisfaction)),
        "note": _notes(plan, leads, contacts, persons),
    }


def orders_table(plan: Dealership, leads: Leads, orders: Orders) -> Columns:
    """Return the lines of all orders."""
    products, line = read_house().products, orders.order_of_line
    of_lead = orders.leads >= 0
    # Who won a lead is known by the phone that stands there; who bought before, by the number of the system.
    phones = np.where(of_lead, leads.phones[orders.leads], orders.persons)
    who = people(plan, orders.persons)
    quantities = orders.quantities
    delivered = (orders.at < END - 14 * 86_400) | ~of_lead
    of_line = pa.array(line)
    consultants = orders.consultants[line]
    return {
        "order no": to_ids("S", np.arange(1, len(orders) + 1), len(orders)).take(of_line),
        "line": pa.array(orders.line_numbers),
        "order date": to_times(orders.at).take(of_line),
        "customer id": customer_ids(plan, orders.persons).take(of_line),
        "customer name": who.names.take(of_line),
        "phone": people(plan, phones).phones.take(of_line),
        "lead": where(of_lead, lead_keys(leads, orders.leads)).take(of_line),
        "product": pick(products.codes, orders.products),
        "qty": pa.array(quantities),
        "unit price": to_money(products.prices[orders.products]),
        "discount": to_money(orders.discounts),
        "amount": to_money(orders.amounts),
        "cost": to_money(quantities * products.costs[orders.products]),
        "order channel": pick(CHANNELS, orders.channels[line]),
        "user": pick(consultant_logins(plan), consultants, consultants >= 0),
        "order status": pick(("placed", "delivered"), delivered[line].astype(np.int64)),
    }


def _topics(contacts: Contacts) -> pa.Array:
    names = happened.TOPICS
    words = [*names, *(one if one == other else f"{one}; {other}" for one in names for other in names)]
    pairs = len(names) + contacts.topics * len(names) + contacts.second_topics
    return pick(words, np.where(contacts.second_topics >= 0, pairs, contacts.topics))


def _notes(plan: Dealership, leads: Leads, contacts: Contacts, persons: Ints) -> pa.Array:
    """Return what was noted, in the language of the customer: texts by occasion, note, language and model."""
    house = read_house()
    words: list[str] = []
    starts = []
    for occasion in range(len(happened.OCCASIONS)):
        starts.append(len(words))
        words += [_fill(note, lang, model) for note in note_words(occasion) for lang in (0, 1) for model in house.models]
    models = np.where(contacts.leads >= 0, house.products.models[leads.cars[contacts.leads]], 0)
    chinese = people(plan, persons).chinese.astype(np.int64)
    index = np.array(starts)[contacts.occasions] + (contacts.notes * 2 + chinese) * len(house.models) + models
    return pick(words, index)


def _fill(note: tuple[str, str], lang: int, model: tuple[str, str]) -> str:
    return note[lang].replace("{model}", model[lang])
