"""
The leads: who came, when, from where, for which car, and what became of it.

Sources differ in how many leads they bring and how many of these are won; week-ends and campaigns bring more; some people come
twice, some have bought here before, a few share a phone. What a lead looks like at a given time is told by `progress`.
"""

import attrs
import numpy as np
import numpy.typing as npt

from patron.plugins.demo.chances import Bools, Floats, Ints, skewed
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.marketing import BRINGING, draw_campaigns
from patron.plugins.demo.dealership.plan import END, FIRST_LEADS, LAST_DAY, Dealership, days_between, opening_hours, seconds_of
from patron.plugins.demo.stock import MONTHS

OPEN, WON, LOST, INVALID, REVIVED = range(5)
FATES = ("open", "won", "lost", "invalid", "revived")

KNOWN, AGAIN, SHARED, UNASSIGNED = 0.08, 0.03, 0.02, 0.04
"""Parts of the leads whose person has bought here before, came earlier, or gives the phone of somebody who did; and of the leads
that a department keeps."""

LOST_OF_REST, REVIVED_OF_LOST = 0.86, 0.03
"""Part that is lost of what is neither won nor invalid, and of these the part that comes back."""

_WEEKDAYS = (0.8, 0.75, 0.8, 0.85, 1.0, 1.6, 1.5)
_DAY = 86_400


@attrs.frozen(kw_only=True, eq=False)
class Leads:
    """
    All leads, in the order in which they were filed.

    Attributes:
        persons: number of the person.
        phones: number of the person whose phone is given.
        sources: index of the source.
        campaigns: index of the campaign; -1 for none.
        filed: second at which it was filed.
        reached: second at which the person was first reached.
        closed: second at which it was won, lost or found invalid; the end of the books where it is open.
        fates: one of `OPEN`, `WON`, `LOST`, `INVALID`, `REVIVED`.
        reasons: index of the reason of loss.
        heat: how serious the person is, from 0 to 1.
        cars: index of the product that is wanted.
        others: index of another model that is looked at; -1 for none.
        focus: index of the focus point at first.
        later_focus: the one at last.
        consultants: index of the consultant who pursues it; -1 where its department does.
        quoted: who is given a price.
        discounts: part that is taken off the list price at first, and at last.
        rounds: how often prices are talked about.
    """

    persons: Ints
    phones: Ints
    sources: Ints
    campaigns: Ints
    filed: Ints
    reached: Ints
    closed: Ints
    fates: Ints
    reasons: Ints
    heat: Floats
    cars: Ints
    others: Ints
    focus: Ints
    later_focus: Ints
    consultants: Ints
    quoted: Bools
    discounts: npt.NDArray[np.float64]
    rounds: Ints

    def __len__(self) -> int:
        return len(self.persons)


def draw_leads(plan: Dealership) -> Leads:
    """Return the leads of a dealership."""
    house, rng, count = read_house(), plan.draws("leads"), plan.leads
    sources = rng.choice(len(house.sources.codes), count, p=house.sources.shares)
    filed, campaigns = _file(plan, rng, sources)
    order = np.argsort(filed, kind="stable")
    sources, filed, campaigns = sources[order], filed[order], campaigns[order]
    persons, phones, known = _come(plan, rng, sources)
    heat = rng.beta(2.0, 2.6, count)
    fates, closed = _end(rng, sources, filed, heat, known)
    models = rng.choice(len(house.models), count, p=house.model_shares)
    other = (models + 1 + rng.integers(0, len(house.models) - 1, count)) % len(house.models)
    focus = skewed(rng.random(count), len(house.focus_points), 1.6)
    later = np.where(rng.random(count) < 0.3, skewed(rng.random(count), len(house.focus_points), 1.3), focus)
    first_discount = rng.uniform(0.0, 0.03, count)
    rounds = 1 + rng.poisson(1.2, count)
    walked_in = np.isin(sources, _walk_in())
    assigned = rng.random(count) > UNASSIGNED
    waits = _wait(rng, sources)
    return Leads(
        persons=persons,
        phones=phones,
        sources=sources,
        campaigns=campaigns,
        filed=filed,
        reached=np.where(waits > 0, np.clip(opening_hours(filed + waits), filed, closed), filed),
        closed=closed,
        fates=fates,
        reasons=rng.choice(len(house.lost), count, p=list(house.lost.values())),
        heat=heat,
        cars=_trims(rng, models),
        others=np.where(rng.random(count) < 0.25, other, -1),
        focus=focus,
        later_focus=later,
        consultants=np.where(assigned, skewed(rng.random(count), plan.consultants, 1.3), -1),
        quoted=(walked_in | (heat > 0.45) | (fates == WON)) & (fates != INVALID),
        discounts=np.stack([first_discount, first_discount + rng.uniform(0.01, 0.06, count)]),
        rounds=rounds,
    )


def _walk_in() -> list[int]:
    return [number for number, form in enumerate(read_house().sources.forms) if form == "reception"]


def _file(plan: Dealership, rng: np.random.Generator, sources: Ints) -> tuple[Ints, Ints]:
    """Return when each lead was filed, and the campaign that brought it."""
    count, campaigns = len(sources), draw_campaigns()
    days = days_between(FIRST_LEADS, LAST_DAY)
    weights = np.array([MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] for day in days]) * np.linspace(1, 1.25, len(days))
    day = rng.choice(len(days), count, p=weights / weights.sum())
    running = np.full((len(days), 1), -1)
    for number, campaign in enumerate(campaigns):
        running[(campaign.starts_on - FIRST_LEADS).days : (campaign.ends_on - FIRST_LEADS).days + 1, 0] = number
    brought = np.where(rng.random(count) < 0.25, running[day, 0], -1)
    stands = [number for number, campaign in enumerate(campaigns) if campaign.plan.kind in BRINGING]
    share = np.array([float(campaigns[number].plan.budget) for number in stands])
    stand = np.array(stands)[rng.choice(len(stands), count, p=share / share.sum())]
    starts = np.array([(campaign.starts_on - FIRST_LEADS).days for campaign in campaigns])
    lengths = np.array([campaign.plan.days for campaign in campaigns])
    at_stand = sources == read_house().sources.codes.index("market_event")
    day = np.where(at_stand, starts[stand] + (rng.random(count) * lengths[stand]).astype(np.int64), day)
    second = rng.integers(0, _DAY, count)
    return opening_hours(seconds_of(FIRST_LEADS) + day * _DAY + second), np.where(at_stand, stand, brought)


def _come(plan: Dealership, rng: np.random.Generator, sources: Ints) -> tuple[Ints, Ints, Bools]:
    """Return the person of each lead, the person whose phone is given, and who has bought before."""
    count = len(sources)
    persons = plan.customers + 1 + np.arange(count)
    chance = rng.random(count)
    known = chance < KNOWN
    persons[known] = 1 + skewed(rng.random(int(known.sum())), plan.customers, 1.5)
    earlier = (rng.random(count) * np.arange(count)).astype(np.int64)
    again = (chance > 1 - AGAIN) & (np.arange(count) > 0)
    persons[again] = persons[earlier[again]]
    forms = np.array(read_house().sources.forms)[sources]
    # A file tells two people of one household apart by their names; another file takes them for one.
    shared = (np.abs(chance - 0.5) < SHARED / 2) & (forms == forms[earlier]) & (np.arange(count) > 0)
    # Two share a phone, not three: by then a name alone says too little.
    lenders, firsts = np.unique(np.where(shared, persons[earlier], 0), return_index=True)
    lent = np.zeros(count, dtype=np.bool_)
    lent[firsts[lenders > 0]] = True
    return persons, np.where(lent, persons[earlier], persons), known


def _end(rng: np.random.Generator, sources: Ints, filed: Ints, heat: Floats, known: Bools) -> tuple[Ints, Ints]:
    """Return what becomes of each lead, and when; what would end behind the end of the books is open."""
    table, count = read_house().sources, len(sources)
    # On average a lead of this heat is won as often as its source says.
    won = np.minimum(0.9, table.won[sources] * np.where(known, 1.8, 1.0) * (0.3 + 0.7 * heat / 0.435))
    invalid = table.invalid[sources]
    chance, rest = rng.random(count), rng.random(count)
    fates = np.where(rest < LOST_OF_REST, LOST, OPEN)
    fates[chance < invalid + won] = WON
    fates[chance < invalid] = INVALID
    middle = np.array([45.0, 12.0, 38.0, 3.0])[fates]
    closed = opening_hours(filed + (middle * rng.lognormal(0.0, 0.9, count) * _DAY).astype(np.int64))
    late = (fates == OPEN) | (closed >= END - 10_800)
    fates[late] = OPEN
    back = (fates == LOST) & (rng.random(count) < REVIVED_OF_LOST)
    fates[back] = REVIVED
    closed = np.maximum(closed, filed + 600)
    return fates, np.where(late, END, closed)


def _wait(rng: np.random.Generator, sources: Ints) -> Ints:
    """Return after how many seconds each person is reached: half within the time of the source, some after days."""
    seconds: Ints = (read_house().sources.hours[sources] * 3_600 * rng.lognormal(0.0, 1.1, len(sources))).astype(np.int64)
    return seconds


def _trims(rng: np.random.Generator, models: Ints) -> Ints:
    """Return the product of each: a trim of the model, the plain ones more often."""
    of_models = read_house().products.models
    first = np.array([int(np.argmax(of_models == model)) for model in range(len(read_house().models))])
    size = np.array([int((of_models == model).sum()) for model in range(len(read_house().models))])
    return first[models] + (size[models] * rng.random(len(models)) ** 1.4).astype(np.int64)
