"""
What stands in each file: headers and columns, in the words of whoever keeps the file.

The desk and the systems write English headers, the reception Chinese ones. Codes stand as codes or as their Chinese labels, as
people type them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.i18n import CORE, Translator
from patron.plugins.demo.chances import Bools, Ints, scramble, trait
from patron.plugins.demo.columns import pick, to_ids, to_money
from patron.plugins.demo.dealership import contacts as happened
from patron.plugins.demo.dealership.contacts import Contacts, note_words
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import FATES, INVALID, LOST, REVIVED, WON, Leads
from patron.plugins.demo.dealership.marketing import draw_campaigns, draw_expenses
from patron.plugins.demo.dealership.orders import CHANNELS, Orders
from patron.plugins.demo.dealership.people import People, people
from patron.plugins.demo.dealership.plan import END, Dealership
from patron.plugins.demo.dealership.progress import LEVELS, STAGES, look
from patron.plugins.demo.dealership.staff import consultant_logins, consultant_names, draw_staff

Columns = Mapping[str, pa.Array]
"""Header → column."""

_KEYS = {"desk": "D", "reception": "R", "event": "E"}
_REACHED = {
    "showroom": (0.92, 0.05, 0.0),
    "store": (0.9, 0.0, 0.0),
    "phone": (1.0, 0.05, 0.0),
    "sms": (1.0, 0.0, 0.0),
    "market_event": (0.97, 0.1, 0.0),
    "webshop": (0.9, 0.6, 0.0),
    "forum": (0.6, 0.7, 0.0),
    "email": (0.5, 1.0, 0.0),
    "qq": (0.35, 0.0, 1.0),
}
"""Source → part of the leads that leave a phone number, a mail address, an account."""


def staff_table(plan: Dealership) -> Columns:
    """Return the users."""
    staff = draw_staff(plan)
    return {
        "login": _texts([member.login for member in staff]),
        "name": _texts([member.name for member in staff]),
        "role": _texts([member.role for member in staff]),
        "team": _texts([member.team for member in staff]),
    }


def products_table() -> Columns:
    """Return cars, accessories and service."""
    products = read_house().products
    return {
        "sku": _texts(products.codes),
        "name": _texts(products.names),
        "kind": _texts(products.kinds),
        "price": to_money(products.prices),
    }


def campaigns_table(plan: Dealership) -> Columns:
    """Return the campaigns."""
    campaigns = draw_campaigns()
    scale = plan.leads / 4_000
    return {
        "活动代码": _texts([campaign.code for campaign in campaigns]),
        "活动名称": _texts([f"{campaign.plan.names[1]} {campaign.plan.names[0]}" for campaign in campaigns]),
        "活动类型": _texts([_label("campaign_kind", campaign.plan.kind) for campaign in campaigns]),
        "开始日期": _texts([campaign.starts_on.isoformat() for campaign in campaigns]),
        "结束日期": _texts([campaign.ends_on.isoformat() for campaign in campaigns]),
        "活动负责人": _texts(["qian.wei"] * len(campaigns)),
        "预算": to_money(np.array([int(campaign.plan.budget * scale) for campaign in campaigns])),
    }


def spend_table(plan: Dealership) -> Columns:
    """Return what marketing spent."""
    expenses = draw_expenses(plan)
    return {
        "date": _texts([expense.on.isoformat() for expense in expenses]),
        "kind": _texts([expense.kind for expense in expenses]),
        "source": _texts([expense.source for expense in expenses]),
        "campaign": _texts([expense.campaign for expense in expenses]),
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


def customer_ids(plan: Dealership, numbers: Ints) -> pa.Array:
    """Return what the dealership's own system calls customers."""
    return to_ids("C", numbers, plan.customers + plan.leads)


def lead_keys(leads: Leads, chosen: Ints) -> pa.Array:
    """Return what files call leads: a letter for the form on which a lead was written down, and its number."""
    letters = pick([_KEYS[form] for form in read_house().sources.forms], leads.sources[chosen])
    numbers = pc.utf8_lpad(pc.cast(pa.array(chosen + 1), pa.string()), max(6, len(str(len(leads)))), "0")
    return pc.binary_join_element_wise(letters.dictionary_decode(), numbers, "")


def desk_table(plan: Dealership, leads: Leads, chosen: Ints) -> Columns:
    """Return the leads that the desk takes by phone, mail and messages."""
    house, who = read_house(), _people(plan, leads, chosen)
    seen = look(leads, chosen, leads.filed[chosen])
    phone, mail, account = reached_by(plan, leads, chosen)
    by_phone = leads.sources[chosen] == house.sources.codes.index("phone")
    return {
        "lead id": lead_keys(leads, chosen),
        "created at": to_times(leads.filed[chosen]),
        "source": pick(house.sources.codes, leads.sources[chosen]),
        "campaign": _campaigns(leads, chosen),
        "customer name": who.names,
        "mobile": _where(phone, _phones(plan, leads, chosen, written=True)),
        "email": _where(mail, who.emails),
        "QQ": _where(account, who.accounts),
        "interested model": _models(leads, chosen, seen.both, 0),
        "intent": pick(LEVELS, seen.levels, seen.levels >= 0),
        "probability": pa.array(seen.likelihoods),
        "sales rep": pick(consultant_logins(plan), leads.consultants[chosen], (leads.consultants[chosen] >= 0) & by_phone),
    }


def reception_table(plan: Dealership, leads: Leads, chosen: Ints) -> Columns:
    """Return the forms of the reception: those who walk in."""
    house, who = read_house(), _people(plan, leads, chosen)
    seen = look(leads, chosen, leads.filed[chosen])
    phone, _, _ = reached_by(plan, leads, chosen)
    return {
        "线索编号": lead_keys(leads, chosen),
        "来店时间": to_times(leads.filed[chosen], "%Y/%m/%d %H:%M"),
        "渠道": pick([_label("source", code) for code in house.sources.codes], leads.sources[chosen]),
        "活动": _campaigns(leads, chosen),
        "客户姓名": who.names,
        "手机": _where(phone, _phones(plan, leads, chosen, written=True)),
        "区域": pick([zh for _, zh in house.regions], who.regions),
        "职业": pick([zh for _, zh in house.occupations], who.occupations),
        "意向车型": _models(leads, chosen, seen.both, 1),
        "级别": pick(LEVELS, seen.levels, seen.levels >= 0),
        "产品看中点": pick([zh for _, zh in house.focus_points], seen.focus),
        "成交概率": pa.array(seen.likelihoods),
        "报价": _prices(seen.quotes),
        "销售顾问": pick(consultant_names(plan), leads.consultants[chosen], leads.consultants[chosen] >= 0),
    }


def event_table(plan: Dealership, leads: Leads, chosen: Ints) -> Columns:
    """Return the cards that are filled in at the stands, typed into a workbook: numbers as numbers, times as times."""
    house, who = read_house(), _people(plan, leads, chosen)
    phone, mail, _ = reached_by(plan, leads, chosen)
    numbers = pc.cast(_phones(plan, leads, chosen, written=False), pa.int64())
    return {
        "Lead no": lead_keys(leads, chosen),
        "Date": pa.array(leads.filed[chosen]).cast(pa.timestamp("s")),
        "Source": pick(house.sources.codes, leads.sources[chosen]),
        "Campaign": _campaigns(leads, chosen),
        "Name": who.names,
        "Phone": _where(phone, numbers),
        "E-mail": _where(mail, who.emails),
        "City": pick([en for en, _ in house.regions], who.regions),
        "Model": _models(leads, chosen, np.zeros(len(chosen), dtype=np.bool_), 0),
    }


def progress_table(plan: Dealership, leads: Leads, chosen: Ints, at: int) -> Columns:
    """Return the list of a sales meeting: how the leads stand on that evening."""
    house, seen = read_house(), look(leads, chosen, at)
    ended = np.isin(seen.fates, (WON, LOST))
    lost = np.isin(seen.fates, (LOST, REVIVED))
    closed = leads.closed[chosen]
    consultants = leads.consultants[chosen]
    return {
        "lead id": lead_keys(leads, chosen),
        "source": pick(house.sources.codes, leads.sources[chosen]),
        "lead status": pick(FATES, seen.fates),
        "stage": pick(STAGES, seen.stages),
        "level": pick(LEVELS, seen.levels, seen.levels >= 0),
        "first contact": _where((leads.reached[chosen] <= at) & (seen.fates != INVALID), to_times(leads.reached[chosen])),
        "probability": pa.array(seen.likelihoods),
        "focus point": pick([en for en, _ in house.focus_points], seen.focus),
        "interested models": _models(leads, chosen, seen.both, 0),
        "quote": _prices(seen.quotes),
        "offer": _prices(seen.offers),
        "won at": _where(ended & (seen.fates == WON), to_times(closed)),
        "lost at": _where(lost, to_times(closed)),
        "lost reason": pick(list(house.lost), leads.reasons[chosen], lost),
        "owner": pick(consultant_logins(plan), consultants, consultants >= 0),
    }


def contacts_table(plan: Dealership, leads: Leads, orders: Orders, contacts: Contacts) -> Columns:
    """Return what happened with leads and customers."""
    of_lead = contacts.leads >= 0
    persons = np.where(of_lead, leads.persons[contacts.leads], orders.persons[contacts.orders])
    consultants = np.where(of_lead, leads.consultants[contacts.leads], -1)
    heard = np.isin(contacts.outcomes, (happened.OUTCOMES.index("reached"), happened.OUTCOMES.index("appointment")))
    return {
        "time": to_times(contacts.at),
        "lead": _where(of_lead, lead_keys(leads, contacts.leads)),
        "customer id": _where(~of_lead, customer_ids(plan, persons)),
        "contact channel": pick(happened.CHANNELS, contacts.channels),
        "direction": pick(("out", "in"), contacts.inbound.astype(np.int64)),
        "staff": pick(consultant_logins(plan), consultants, consultants >= 0),
        "purpose": pick(("sales", "service"), (~of_lead).astype(np.int64)),
        "topics": _topics(contacts),
        "outcome": pick(happened.OUTCOMES, contacts.outcomes),
        "effective": pick(("no", "yes"), heard.astype(np.int64)),
        "duration_seconds": _where(contacts.durations > 0, pa.array(contacts.durations)),
        "mood": pick(happened.MOODS, contacts.moods, contacts.moods >= 0),
        "decision": pick(happened.DECISIONS, contacts.decisions, contacts.decisions >= 0),
        "satisfaction": _where(contacts.satisfaction > 0, pa.array(contacts.satisfaction)),
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
        "lead": _where(of_lead, lead_keys(leads, orders.leads)).take(of_line),
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


def reached_by(plan: Dealership, leads: Leads, chosen: Ints) -> tuple[Bools, Bools, Bools]:
    """Return who left a phone number, a mail address, an account. Whoever signs a contract leaves a number."""
    parts = np.array([_REACHED[code] for code in read_house().sources.codes])[leads.sources[chosen]]
    chances = scramble(chosen, plan.seed + 3)
    left: list[Bools] = [trait(chances, place) < parts[:, place] for place in range(3)]
    return left[0] | (leads.fates[chosen] == WON), left[1], left[2]


def to_times(seconds: Ints, form: str | None = None) -> pa.Array:
    """Return times as text, `2025-03-02 10:15:00` unless told otherwise."""
    times = pa.array(seconds).cast(pa.timestamp("s"))
    return times.cast(pa.string()) if form is None else pc.strftime(times, form)


def _people(plan: Dealership, leads: Leads, chosen: Ints) -> People:
    return people(plan, leads.persons[chosen])


def _phones(plan: Dealership, leads: Leads, chosen: Ints, *, written: bool) -> pa.Array:
    """Return phone numbers; where somebody *wrote* them down, in the ways in which people do."""
    plain = people(plan, leads.phones[chosen]).phones
    if not written:
        return plain
    parts = [pc.utf8_slice_codeunits(plain, start, stop) for start, stop in ((0, 3), (3, 7), (7, 11))]
    spaced, dashed = (pc.binary_join_element_wise(*parts, sign) for sign in (" ", "-"))
    abroad = pc.binary_join_element_wise("+86", plain, "")
    way = np.array([0, 0, 0, 0, 0, 1, 1, 2, 2, 3])[scramble(chosen, plan.seed + 4).astype(np.int64) % 10]
    return pc.choose(pa.array(way), plain, spaced, dashed, abroad)


def _campaigns(leads: Leads, chosen: Ints) -> pa.Array:
    codes = [campaign.code for campaign in draw_campaigns()]
    return pick(codes, leads.campaigns[chosen], leads.campaigns[chosen] >= 0)


def _models(leads: Leads, chosen: Ints, both: Bools, lang: int) -> pa.Array:
    """Return the models of interest: the one that is wanted, and the other one where both are looked at."""
    names = [model[lang] for model in read_house().models]
    texts = [*names, *(f"{one}; {other}" for one in names for other in names)]
    wanted = read_house().products.models[leads.cars[chosen]]
    pairs = len(names) + wanted * len(names) + leads.others[chosen]
    return pick(texts, np.where(both, pairs, wanted))


def _prices(hundredths: Ints) -> pa.Array:
    return _where(hundredths > 0, to_money(hundredths))


def _topics(contacts: Contacts) -> pa.Array:
    names = happened.TOPICS
    texts = [*names, *(one if one == other else f"{one}; {other}" for one in names for other in names)]
    pairs = len(names) + contacts.topics * len(names) + contacts.second_topics
    return pick(texts, np.where(contacts.second_topics >= 0, pairs, contacts.topics))


def _notes(plan: Dealership, leads: Leads, contacts: Contacts, persons: Ints) -> pa.Array:
    """Return what was noted, in the language of the customer: texts by occasion, note, language and model."""
    house = read_house()
    texts: list[str] = []
    starts = []
    for occasion in range(len(happened.OCCASIONS)):
        starts.append(len(texts))
        texts += [_fill(note, lang, model) for note in note_words(occasion) for lang in (0, 1) for model in house.models]
    models = np.where(contacts.leads >= 0, house.products.models[leads.cars[contacts.leads]], 0)
    chinese = people(plan, persons).chinese.astype(np.int64)
    index = np.array(starts)[contacts.occasions] + (contacts.notes * 2 + chinese) * len(house.models) + models
    return pick(texts, index)


def _fill(note: tuple[str, str], lang: int, model: tuple[str, str]) -> str:
    return note[lang].replace("{model}", model[lang])


def _label(codes: str, code: str) -> str:
    """Return the Chinese word for a code."""
    return Translator("zh", CORE)(f"codes.{codes}.{code}")


def _where(present: Bools, column: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(present), column, pa.scalar(None, column.type))


def _texts(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())
