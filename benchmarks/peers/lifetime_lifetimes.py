"""
Lifetime value with `lifetimes` 0.11: does pieces of work on customers in an .npz file, one for each line on its standard input.

    python lifetime_lifetimes.py CUSTOMERS.npz

A line names a piece of work: fit, amounts, future or value. The answer is a line of JSON: the seconds that it took, those for
which processors were busy, and figures to compare. What is expected of customers rests on the parameters in the file, which are
ours, so that both expect the same. `lifetimes` is no longer maintained and asks for old versions of what it needs, so it lives in
an environment of its own, `lifetimes.txt`; loading it and the customers is not measured.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

WEEK = 7.0
WEEKS = 52


def works(path: str) -> Mapping[str, Callable[[], Any]]:
    """Return the pieces of work by name."""
    found = np.load(path)
    repeats, last, age, totals = found["repeats"], found["last"] / WEEK, found["age"] / WEEK, found["totals"]
    again = repeats > 0
    means = np.where(again, totals / np.maximum(repeats, 1) / 10_000, 0.0)
    purchases, amounts = BetaGeoFitter(), GammaGammaFitter()
    purchases.params_ = pd.Series(found["purchases"], ["r", "alpha", "a", "b"])
    purchases.predict = purchases.conditional_expected_number_of_purchases_up_to_time
    amounts.params_ = pd.Series(found["amounts"], ["p", "q", "v"])

    def future() -> Any:
        expected = purchases.conditional_expected_number_of_purchases_up_to_time(WEEKS, repeats, last, age)
        return expected.sum(), purchases.conditional_probability_alive(repeats, last, age).sum()

    def value() -> Any:
        columns = (pd.Series(column) for column in (repeats, last, age, means))
        return amounts.customer_lifetime_value(purchases, *columns, time=12, discount_rate=0.008, freq="W").sum()

    return {
        "fit": lambda: BetaGeoFitter().fit(repeats, last, age),
        "amounts": lambda: GammaGammaFitter().fit(repeats[again], means[again]),
        "future": future,
        "value": value,
    }


def told(found: Any) -> list[float]:
    """Return the figures of a piece of work: parameters, or sums."""
    return [float(each) for each in np.ravel(found.params_.to_numpy() if hasattr(found, "params_") else found)]


def main(path: str) -> None:
    """Do what is asked for until nothing more is."""
    warnings.simplefilter("ignore")
    by_name = works(path)
    for line in sys.stdin:
        work = by_name[line.strip()]
        start, busy = time.perf_counter(), time.process_time()
        answer = work()
        took = {"seconds": time.perf_counter() - start, "processor": time.process_time() - busy}
        print(json.dumps({**took, "figures": told(answer)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
