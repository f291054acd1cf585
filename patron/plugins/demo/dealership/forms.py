"""
The files that speak of leads: the list of the desk, the forms of the reception, the cards of events, the lists of sales meetings.

The desk writes English headers, the reception Chinese ones. Codes stand as codes or as their Chinese labels, as people type them.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.plugins.demo.chances import Bools, Ints, scramble, trait
from patron.plugins.demo.columns import pick, to_money
from patron.plugins.demo.dealership.cells import Columns, label, lead_keys, to_times, where
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import FATES, INVALID, LOST, REVIVED, WON, Leads
from patron.plugins.demo.dealership.marketing import draw_campaigns
from patron.plugins.demo.dealership.people import People, people
from patron.plugins.demo.dealership.plan import Dealership
from patron.plugins.demo.dealership.progress import LEVELS, STAGES, look
from patron.plugins.demo.dealership.staff import consultant_logins, consultant_names

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
        "mobile": where(phone, _phones(plan, leads, chosen, written=True)),
        "email": where(mail, who.emails),
        "QQ": where(account, who.accounts),
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
        "渠道": pick([label("source", code) for code in house.sources.codes], leads.sources[chosen]),
        "活动": _campaigns(leads, chosen),
        "客户姓名": who.names,
        "手机": where(phone, _phones(plan, leads, chosen, written=True)),
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
        "Phone": where(phone, numbers),
        "E-mail": where(mail, who.emails),
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
        "first contact": where((leads.reached[chosen] <= at) & (seen.fates != INVALID), to_times(leads.reached[chosen])),
        "probability": pa.array(seen.likelihoods),
        "focus point": pick([en for en, _ in house.focus_points], seen.focus),
        "interested models": _models(leads, chosen, seen.both, 0),
        "quote": _prices(seen.quotes),
        "offer": _prices(seen.offers),
        "won at": where(ended & (seen.fates == WON), to_times(closed)),
        "lost at": where(lost, to_times(closed)),
        "lost reason": pick(list(house.lost), leads.reasons[chosen], lost),
        "owner": pick(consultant_logins(plan), consultants, consultants >= 0),
    }


def reached_by(plan: Dealership, leads: Leads, chosen: Ints) -> tuple[Bools, Bools, Bools]:
    """Return who left a phone number, a mail address, an account. Whoever signs a contract leaves a number."""
    parts = np.array([_REACHED[code] for code in read_house().sources.codes])[leads.sources[chosen]]
    chances = scramble(chosen, plan.seed + 3)
    left: list[Bools] = [trait(chances, place) < parts[:, place] for place in range(3)]
    return left[0] | (leads.fates[chosen] == WON), left[1], left[2]


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
    return where(hundredths > 0, to_money(hundredths))
