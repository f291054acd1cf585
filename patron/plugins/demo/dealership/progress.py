"""
What the leads looked like at a given time: their stage, how likely they were, what was offered and asked for.
"""

from datetime import date

import attrs
import numpy as np

from patron.plugins.demo.chances import Bools, Floats, Ints
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import INVALID, LOST, OPEN, REVIVED, WON, Leads

CHECKPOINTS = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))
"""Days on whose evening the lists of the sales meeting are drawn up."""

STAGES = ("new", "contacted", "qualified")
LEVELS = ("near_buy", "intent", "potential")


@attrs.frozen(kw_only=True, eq=False)
class Progress:
    """
    Some leads as they stood at a given time.

    Attributes:
        leads: index of each lead.
        fates: as in `Leads`; open where the end had not come.
        stages: index into `STAGES`.
        levels: index into `LEVELS`; -1 where nothing is pursued.
        likelihoods: in percent.
        focus: index of the focus point.
        both: both models are of interest, not the first alone.
        quotes: our price in hundredths; 0 for none.
        offers: the customer's price in hundredths; 0 for none.
    """

    leads: Ints
    fates: Ints
    stages: Ints
    levels: Ints
    likelihoods: Ints
    focus: Ints
    both: Bools
    quotes: Ints
    offers: Ints


def look(leads: Leads, chosen: Ints, at: Ints | int) -> Progress:
    """
    Return what leads looked like.

    Args:
        leads: all of them.
        chosen: index of each lead that is looked at.
        at: the second of the look, one for all or one for each; not before the lead was filed.
    """
    filed, closed = leads.filed[chosen], leads.closed[chosen]
    done = np.clip((at - filed) / np.maximum(closed - filed, 1), 0.0, 1.0)
    over = np.broadcast_to(at, closed.shape) >= closed
    fates = np.where(over, leads.fates[chosen], OPEN)
    live = (fates == OPEN) | (fates == REVIVED)
    heat = leads.heat[chosen]
    quotes, offers = _prices(leads, chosen, done)
    return Progress(
        leads=chosen,
        fates=fates,
        stages=np.where(fates == INVALID, 1, np.where((done > 0.4) | (fates == WON), 2, np.where(done > 0, 1, 0))),
        levels=np.where(live, np.where(heat + 0.2 * done > 0.62, 0, np.where(heat > 0.35, 1, 2)), -1),
        likelihoods=_likelihoods(leads.fates[chosen], fates, heat, done),
        focus=np.where(done > 0.5, leads.later_focus[chosen], leads.focus[chosen]),
        both=(leads.others[chosen] >= 0) & (done > 0) & (done < 0.8),
        quotes=quotes,
        offers=offers,
    )


def moving(leads: Leads, since: int, until: int) -> Ints:
    """Return the index of the leads that were pursued after *since* and filed before *until*."""
    return np.flatnonzero((leads.filed < until) & (leads.closed > since))


def _likelihoods(last: Ints, now: Ints, heat: Floats, done: Floats) -> Ints:
    goal = np.where(last == WON, 95.0, np.where(last == OPEN, 60 * heat, 5.0))
    rising = (10 + 50 * heat) * (1 - done) + goal * done
    fives = (rising / 5).round().astype(np.int64) * 5
    return np.where(now == WON, 100, np.where((now == LOST) | (now == INVALID), 0, fives))


def _prices(leads: Leads, chosen: Ints, done: Floats) -> tuple[Ints, Ints]:
    """Return our price and the customer's, which come nearer to each other round by round, in whole hundreds of yuan."""
    prices = read_house().products.prices[leads.cars[chosen]]
    first, last = leads.discounts[:, chosen]
    step = np.floor(done * leads.rounds[chosen] + 1e-9) / leads.rounds[chosen]
    ours = 1 - first - (last - first) * step
    theirs = np.where((leads.fates[chosen] == WON) & (done >= 1), ours, ours - 0.08 * (1 - 0.8 * step) - 0.01)
    known = leads.quoted[chosen]
    hundreds = [np.where(known, (prices * part / 10_000).astype(np.int64) * 10_000, 0) for part in (ours, theirs)]
    return hundreds[0], np.where(step > 0, hundreds[1], 0)
