"""
What happened with the leads: calls, visits, test drives, messages; and the calls to owners after their cars were serviced.

A contact is an index into what can happen in it, so that a million of them are a few arrays. The first one is how the lead came
in; the last one of a lead that was won or lost says so.
"""

import attrs
import numpy as np

from patron.plugins.demo.chances import Bools, Ints, skewed
from patron.plugins.demo.dealership.house import Words, read_house
from patron.plugins.demo.dealership.leads import INVALID, LOST, OPEN, REVIVED, WON, Leads
from patron.plugins.demo.dealership.orders import Orders
from patron.plugins.demo.dealership.plan import Dealership, opening_hours

CHANNELS = ("phone", "email", "sms", "im", "visit", "web")
TOPICS = ("price", "product", "competitor", "delivery", "finance", "appointment", "brochure", "service", "complaint")
OUTCOMES = ("reached", "no_answer", "busy", "wrong_number", "refused", "appointment")
DECISIONS = ("open", "order", "no_order")
MOODS = ("gentle", "lovely", "happy", "difficult", "practical", "cold")
OCCASIONS = ("first", "talk", "visit", "silent", "won", "lost", "after")

PHONE, EMAIL, SMS, IM, VISIT, WEB = range(6)
FIRST, TALK, SEEN, SILENT, SIGNED, GONE, AFTER = range(7)

CALLED_AFTER = 0.12
"""Part of the orders after which the customer is called."""

_COMES_BY = {
    "email": EMAIL,
    "qq": IM,
    "forum": WEB,
    "webshop": WEB,
    "phone": PHONE,
    "sms": SMS,
    "store": VISIT,
    "market_event": VISIT,
    "showroom": VISIT,
}
_THEN_BY = np.array([PHONE] * 11 + [VISIT] * 4 + [IM] * 3 + [SMS, EMAIL])
_MOST = 12
_MEAN = np.array([2.2, 4.2, 2.4, 0.4, 3.0])
"""Contacts after the first, by fate."""

_DAY = 86_400


@attrs.frozen(kw_only=True, eq=False)
class Contacts:
    """
    All contacts, lead by lead in the order of time, then those after service.

    Attributes:
        leads: index of the lead; -1 for contacts after service.
        orders: index of the order of a contact after service; -1 for contacts of leads.
        at: second at which it began.
        channels: index into `CHANNELS`.
        inbound: the customer came to us.
        topics, second_topics: index into `TOPICS`; -1 for no second one.
        outcomes: index into `OUTCOMES`.
        occasions: index into `OCCASIONS`.
        notes: index into the notes of the occasion.
        durations: in seconds.
        decisions: index into `DECISIONS`; -1 for none.
        moods: index into `MOODS`; -1 where it wasn't noted.
        satisfaction: 1 to 5; 0 where it wasn't asked.
    """

    leads: Ints
    orders: Ints
    at: Ints
    channels: Ints
    inbound: Bools
    topics: Ints
    second_topics: Ints
    outcomes: Ints
    occasions: Ints
    notes: Ints
    durations: Ints
    decisions: Ints
    moods: Ints
    satisfaction: Ints

    def __len__(self) -> int:
        return len(self.at)


def draw_contacts(plan: Dealership, leads: Leads, orders: Orders) -> Contacts:
    """Return the contacts of all leads, and those after service."""
    rng = plan.draws("contacts")
    first, of_leads = _of_leads(rng, leads)
    called = np.flatnonzero(rng.random(len(orders)) < CALLED_AFTER)
    size, own = len(of_leads["leads"]) + len(called), len(of_leads["leads"])
    joined = {name: np.concatenate([of_leads[name], after]) for name, after in _after(rng, orders, called).items()}
    occasions, channels = joined["occasions"], joined["channels"]
    heard = joined["outcomes"] != OUTCOMES.index("no_answer")
    durations = np.where(channels == VISIT, 3_000, np.where(channels == PHONE, 190, 0)) * rng.lognormal(0.0, 0.5, size)
    seen = (channels == VISIT) & ~np.concatenate([first, np.zeros(size - own, dtype=np.bool_)])
    lengths = np.array([len(read_house().notes[name]) for name in OCCASIONS])
    return Contacts(
        **joined,
        second_topics=np.where(rng.random(size) < 0.25, skewed(rng.random(size), 7, 1.2), -1),
        notes=(rng.random(size) * lengths[occasions]).astype(np.int64),
        durations=np.where(heard, durations, 25).astype(np.int64),
        moods=np.where(seen & (rng.random(size) < 0.6), skewed(rng.random(size), len(MOODS), 1.0), -1),
        satisfaction=np.where((occasions == AFTER) | (seen & (rng.random(size) < 0.3)), 5 - skewed(rng.random(size), 5, 2.4), 0),
    )


def note_words(occasion: int) -> Words:
    """Return what may be noted on an occasion."""
    return read_house().notes[OCCASIONS[occasion]]


def _of_leads(rng: np.random.Generator, leads: Leads) -> tuple[Bools, dict[str, Ints]]:
    """Return which contact is the first of its lead, and the columns of the contacts."""
    counts = 1 + np.minimum(rng.poisson(_MEAN[leads.fates] * (0.5 + leads.heat)), _MOST - 1)
    # What was signed was talked about.
    counts = np.where(leads.fates == WON, np.maximum(counts, 3), counts)
    owner = np.repeat(np.arange(len(leads)), counts)
    ends = np.cumsum(counts)
    place = np.arange(len(owner)) - np.repeat(ends - counts, counts)
    first, last = place == 0, place == counts[owner] - 1
    fates = leads.fates[owner]
    span = leads.closed[owner] - leads.filed[owner]
    part = (place + np.where(first | last, 0.0, rng.uniform(-0.4, 0.4, len(owner)))) / np.maximum(counts[owner] - 1, 1)
    part = np.where(np.isin(fates, (OPEN, REVIVED)), 0.9 * part, part)
    # What is pursued is asked about again and again early on, and more rarely later.
    at = opening_hours(leads.filed[owner] + (span * part**1.6).astype(np.int64))
    reached = leads.reached[owner]
    at = np.where(first, leads.filed[owner], np.clip(at, np.maximum(reached, leads.filed[owner] + 60), leads.closed[owner]))
    at = np.where((place == 1) & (reached > leads.filed[owner]), reached, at)
    codes = read_house().sources.codes
    comes_by = np.array([_COMES_BY[code] for code in codes])[leads.sources[owner]]
    channels = np.where(first, comes_by, _THEN_BY[rng.integers(0, len(_THEN_BY), len(owner))])
    ending = last & ~first
    channels[ending & (fates == WON)] = VISIT
    channels[ending & np.isin(fates, (LOST, REVIVED))] = PHONE
    outcomes = _answers(rng, channels, fates, first, ending)
    occasions = np.where(outcomes == 0, np.where(channels == VISIT, SEEN, TALK), np.where(outcomes == 5, TALK, SILENT))
    occasions[first] = FIRST
    occasions[ending & (fates == WON)] = SIGNED
    occasions[ending & np.isin(fates, (LOST, REVIVED))] = GONE
    decided = np.where(occasions == SIGNED, 1, np.where(occasions == GONE, 2, np.where(channels == VISIT, 0, -1)))
    columns = {
        "leads": owner,
        "at": at,
        "channels": channels,
        "inbound": first | (channels == VISIT) | (rng.random(len(owner)) < 0.15),
        "topics": skewed(rng.random(len(owner)), 7, 1.3),
        "outcomes": outcomes,
        "occasions": occasions,
        "decisions": decided,
        "orders": np.full(len(owner), -1),
    }
    return first, columns


def _answers(rng: np.random.Generator, channels: Ints, fates: Ints, first: Bools, ending: Bools) -> Ints:
    """Return how each contact went: one call in four reaches nobody."""
    chance = rng.random(len(channels))
    answers = np.select([chance < 0.6, chance < 0.68, chance < 0.91, chance < 0.98], [0, 5, 1, 2], 4)
    answers[(channels != PHONE) | first | ending] = 0
    answers[(fates == INVALID) & ~first] = OUTCOMES.index("wrong_number")
    return answers


def _after(rng: np.random.Generator, orders: Orders, called: Ints) -> dict[str, Ints]:
    """Return the columns of the calls after service: three days later, most with a good word."""
    count = len(called)
    service, complaint = TOPICS.index("service"), TOPICS.index("complaint")
    return {
        "leads": np.full(count, -1),
        "at": opening_hours(orders.at[called] + 3 * _DAY),
        "channels": np.full(count, PHONE),
        "inbound": np.zeros(count, dtype=np.bool_),
        "topics": np.where(rng.random(count) < 0.07, complaint, service),
        "outcomes": np.zeros(count, dtype=np.int64),
        "occasions": np.full(count, AFTER),
        "decisions": np.full(count, -1),
        "orders": called,
    }
