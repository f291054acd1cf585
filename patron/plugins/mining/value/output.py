"""
The customers of an analysis as a file, Parquet or CSV: one row a customer, in ascending order of id.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from patron import UsageError
from patron.core.files import atomic_target
from patron.core.scoring.formulas import guard_table
from patron.core.scoring.result import money_array
from patron.kernel.layout import Bools, Float64s, Int64s
from patron.plugins.mining.value.analysis import ValueAnalysis
from patron.plugins.mining.value.prediction import as_counts
from patron.plugins.mining.value.words import WORDS

ENDINGS = (".parquet", ".csv")


def check_ending(path: Path) -> None:
    """
    Refuse a file in whose format customers can't be written.

    Raises:
        UsageError: the ending is none of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError("lifetime.unknown_output", catalogue=WORDS, path=str(path), endings=", ".join(ENDINGS))


def write_customers(analysis: ValueAnalysis, path: Path) -> None:
    """
    Write the customers, whole or not at all.

    Raises:
        OutputError: the file can't be written.
    """
    table = customer_table(analysis)
    with atomic_target(path) as draft:
        if path.suffix.lower() == ".csv":
            pacsv.write_csv(guard_table(table), draft)
        else:
            pq.write_table(table, draft, compression="zstd", compression_level=1)


def customer_table(analysis: ValueAnalysis) -> pa.Table:
    """
    Return one row a customer.

    Columns: `customer`, `repeats`, `last` and `age` (days, or opportunities, since the first purchase), `alive`,
    `expected_purchases`, `expected_amount` and `lifetime_value`; empty for who had not bought by then, and the money where no
    finite amount can be expected.
    """
    observed, prediction = analysis.observed, analysis.prediction
    rows, everyone = observed.rows, len(analysis.purchases.ids)
    strangers = np.ones(everyone, np.bool_)
    strangers[rows] = False

    def spread(values: Int64s | Float64s) -> pa.Array:
        whole = np.zeros(everyone, values.dtype)
        whole[rows] = values
        return pa.array(whole, mask=strangers)

    def money(amounts: Float64s) -> pa.Array:
        whole, unknown = np.zeros(everyone, np.int64), strangers.copy()
        whole[rows] = as_counts(amounts)
        unknown[rows] |= prediction.unknown
        return _money(whole, unknown)

    return pa.table(
        {
            "customer": analysis.purchases.ids,
            "repeats": spread(observed.past.repeats),
            "last": spread(observed.past.last),
            "age": spread(observed.past.age),
            "alive": spread(prediction.future.alive),
            "expected_purchases": spread(prediction.future.purchases),
            "expected_amount": money(prediction.expected_amount),
            "lifetime_value": money(prediction.lifetime_value),
        }
    )


def _money(counts: Int64s, unknown: Bools) -> pa.Array:
    return money_array(counts, unknown if unknown.any() else None)
