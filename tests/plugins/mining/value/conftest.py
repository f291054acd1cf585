"""
A shop whose customers buy and leave as the models say.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from patron.core.scoring import PurchaseDays

FIRST = date(2024, 1, 1)


@pytest.fixture
def days() -> Callable[..., PurchaseDays]:
    """Return a function that makes days of purchases of a list of (day, amount) for each customer."""

    def make(*customers: list[tuple[int, int]]) -> PurchaseDays:
        entries = [entry for customer in customers for entry in customer]
        return PurchaseDays(
            ids=pa.array(range(len(customers)), pa.int64()),
            begins=np.cumsum([0, *map(len, customers)]),
            days=np.array([day for day, _ in entries], np.int64),
            amounts=np.array([amount for _, amount in entries], np.int64),
        )

    return make


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a CSV file of two years of 3,000 customers, one of them with a refund alone, and one row of no day."""
    random = np.random.default_rng(4)
    rows = ["who,when,money", "refunded,2024-05-05,-3.00", "1,no day,5"]
    for customer in range(3_000):
        rate, chance, spend = random.gamma(0.8, 1 / 5.0), random.beta(0.8, 2.5), 1 / random.gamma(4.0, 1 / 60.0)
        time = float(random.integers(0, 200))
        while time < 730:
            day = FIRST + timedelta(int(time))
            rows.append(f"c{customer},{day},{max(0.01, random.gamma(5.0, spend)):.2f}")
            if len(rows) % 3 == 0:
                rows.append(f"c{customer},{day},1.25")
            if random.random() < chance:
                break
            time += random.exponential(7 / max(rate, 1e-9))
    path = tmp_path_factory.mktemp("shop") / "lines.csv"
    path.write_text("\n".join(rows))
    return path
