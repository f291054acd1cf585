"""
Lifetime value beside `lifetimes`: fitting BG/NBD and Gamma-Gamma, what is expected of a year, and what a year is worth.

Customers are simulated with the parameters that were published for CDNOW, over a year, in days. `lifetimes` lives in an
environment of its own, which a measuring run makes. The value of a year is not quite equal work: `lifetimes` discounts at the end
of twelve months, ours every purchase from its instant.
"""

import json
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from patron.kernel.lifetime.fit import fit_amounts, fit_purchases
from patron.kernel.lifetime.future import expect
from patron.kernel.lifetime.histories import Past, count_histories
from patron.kernel.lifetime.spend import count_amounts, expected_amount

PEER = Path(__file__).parent / "peers" / "lifetime_lifetimes.py"
WEEK, WEEKS, INTEREST = 7, 52, 0.0018
WORKS = ("fit", "amounts", "future", "value")
SIZES = {"quick": [2_357, 1_000_000], "full": [2_357, 1_000_000, 10_000_000]}


@cache
def customers(rows):
    """Return histories in days and totals of repeats in 1/10,000 of as many customers."""
    random = np.random.default_rng(3)
    rates, chances = random.gamma(0.243, 1 / 4.414, rows), random.beta(0.793, 2.426, rows)
    age = random.integers(1, 365, rows)
    repeats, last, time = np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(rows)
    there = np.arange(rows)
    while len(there):
        time[there] += random.exponential(1 / np.maximum(rates[there], 1e-300)) * WEEK
        there = there[time[there] <= age[there]]
        repeats[there] += 1
        last[there] = np.minimum(np.ceil(time[there]), age[there])
        there = there[random.random(len(there)) >= chances[there]]
    spend = random.gamma(6.25 * np.maximum(repeats, 1), 1 / random.gamma(3.74, 1 / 15.44, rows))
    return Past(repeats, last, age), np.where(repeats > 0, np.maximum(1, spend * 10_000), 0).astype(np.int64)


@cache
def models(rows):
    past, totals = customers(rows)
    return fit_purchases("bgnbd", count_histories(past), WEEK), fit_amounts(count_amounts(past.repeats, totals), 10_000)


def ours(rows, work):
    past, totals = customers(rows)
    if work == "fit":
        return fit_purchases("bgnbd", count_histories(past), WEEK).parameters
    if work == "amounts":
        return fit_amounts(count_amounts(past.repeats, totals), 10_000).parameters
    purchases, amounts = models(rows)
    if work == "future":
        future = expect(purchases, past, unit=WEEK, horizon=WEEKS)
        return future.purchases.sum(), future.alive.sum()
    future = expect(purchases, past, unit=WEEK, horizon=WEEKS, interest=INTEREST)
    return (future.discounted * expected_amount(amounts.parameters, past.repeats, totals / 10_000)[0]).sum()


class Peer:
    """
    `lifetimes` at work on some customers, in a process that loads them once.

    Args:
        python: the interpreter that has it.
        path: where the customers may be written to.
        rows: how many.
    """

    def __init__(self, python, path, rows):
        past, totals = customers(rows)
        purchases, amounts = (fit.parameters for fit in models(rows))
        columns = {"repeats": past.repeats, "last": past.last, "age": past.age, "totals": totals}
        np.savez(path, **columns, purchases=purchases, amounts=amounts)
        self._process = subprocess.Popen([python, PEER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, work):
        """Return what a piece of work took, and its figures."""
        self._process.stdin.write(work + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("lifetimes ended without an answer")
        return json.loads(answer)

    def end(self):
        """Let it go."""
        self._process.communicate()


@pytest.fixture(scope="module", name="peer")
def _peer(tmp_path_factory, environment):
    """Return a function that gives `lifetimes` with so many customers; only the last one is kept."""
    kept = {}

    def give(rows):
        if rows not in kept:
            for peer in kept.values():
                peer.end()
            kept.clear()
            kept[rows] = Peer(environment("lifetimes"), tmp_path_factory.getbasetemp() / f"customers-{rows}.npz", rows)
        return kept[rows]

    yield give
    for peer in kept.values():
        peer.end()


@pytest.mark.sizes(**SIZES)
@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("engine", ["patron", "lifetimes"])
def test_lifetime(contest, run_in_process, run_told, environment, peer, engine, work, rows):
    """Histories are counted within the measured time."""
    models(rows)
    contestants, absent = {"patron": run_in_process(lambda: ours(rows, work))}, {}
    try:
        environment("lifetimes")
        contestants["lifetimes"] = run_told(lambda: peer(rows).ask(work))
    except LookupError as error:
        absent["lifetimes"] = str(error)

    assert contest(work=f"lifetime value: {work}", rows=rows, engine=engine, contestants=contestants, absent=absent)


@pytest.mark.parametrize(("work", "digits"), [("fit", 1e-4), ("amounts", 1e-4), ("future", 1e-9), ("value", 0.01)])
def test_the_peer_does_equal_work(environment, peer, work, digits):
    try:
        environment("lifetimes")
    except LookupError as error:
        pytest.skip(str(error))
    np.testing.assert_allclose(np.ravel(ours(20_000, work)), peer(20_000).ask(work)["figures"], rtol=digits)
