"""
Lifetime value with `lifetimes` 0.11: one piece of work on customers in an .npz file; prints its seconds and a figure to compare.

`lifetimes` is no longer maintained and may ask for old versions of what it needs, so it lives in an environment of its own;
loading it and the customers is not measured.

    python lifetime_lifetimes.py CUSTOMERS.npz fit|amounts|future|value
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

WEEK = 7.0
WEEKS = 52


def works(path: str) -> dict[str, Callable[[], Any]]:
    """Return the pieces of work by name; what one needs of another is done before it is measured."""
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    found = np.load(path)
    repeats, last, age, totals = found["repeats"], found["last"] / WEEK, found["age"] / WEEK, found["totals"]
    again = repeats > 0
    means = np.where(again, totals / np.maximum(repeats, 1) / 10_000, 0.0)

    def fit() -> Any:
        return BetaGeoFitter().fit(repeats, last, age)

    def amounts() -> Any:
        return GammaGammaFitter().fit(repeats[again], means[again])

    def future() -> Any:
        purchases = fitted.conditional_expected_number_of_purchases_up_to_time(WEEKS, repeats, last, age)
        return purchases.sum(), fitted.conditional_probability_alive(repeats, last, age).sum()

    def value() -> Any:
        columns = (pd.Series(column) for column in (repeats, last, age, means))
        return priced.customer_lifetime_value(fitted, *columns, time=12, discount_rate=0.008, freq="W").sum()

    name = sys.argv[2]
    fitted: Any = fit() if name in {"future", "value"} else None
    priced: Any = amounts() if name == "value" else None
    return {"fit": fit, "amounts": amounts, "future": future, "value": value}


def told(found: Any) -> list[float]:
    """Return the figures of a piece of work: parameters, or sums."""
    return [float(each) for each in np.ravel(found.params_.to_numpy() if hasattr(found, "params_") else found)]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    work = works(sys.argv[1])[sys.argv[2]]
    start = time.perf_counter()
    answer = work()
    print(json.dumps({"seconds": time.perf_counter() - start, "figures": told(answer)}))
