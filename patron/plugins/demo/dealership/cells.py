"""
What the columns of the dealership's files are made of: times as text, words for codes, keys of leads and customers, gaps.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from patron.core.i18n import CORE, Translator
from patron.plugins.demo.chances import Bools, Ints
from patron.plugins.demo.columns import pick, to_ids
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import Leads
from patron.plugins.demo.dealership.plan import Dealership

Columns = Mapping[str, pa.Array]
"""Header → column."""

_KEYS = {"desk": "D", "reception": "R", "event": "E"}


def customer_ids(plan: Dealership, numbers: Ints) -> pa.Array:
    """Return what the dealership's own system calls customers."""
    return to_ids("C", numbers, plan.customers + plan.leads)


def lead_keys(leads: Leads, chosen: Ints) -> pa.Array:
    """Return what files call leads: a letter for the form on which a lead was written down, and its number."""
    letters = pick([_KEYS[form] for form in read_house().sources.forms], leads.sources[chosen])
    numbers = pc.utf8_lpad(pc.cast(pa.array(chosen + 1), pa.string()), max(6, len(str(len(leads)))), "0")
    return pc.binary_join_element_wise(letters.dictionary_decode(), numbers, "")


def to_times(seconds: Ints, form: str | None = None) -> pa.Array:
    """Return times as text, `2025-03-02 10:15:00` unless told otherwise."""
    times = pa.array(seconds).cast(pa.timestamp("s"))
    return times.cast(pa.string()) if form is None else pc.strftime(times, form)


def label(codes: str, code: str) -> str:
    """Return the Chinese word for a code."""
    return Translator("zh", CORE)(f"codes.{codes}.{code}")


def where(present: Bools, column: pa.Array) -> pa.Array:
    """Return the column with nothing where *present* is false."""
    return pc.if_else(pa.array(present), column, pa.scalar(None, column.type))


def texts(values: Sequence[str | None]) -> pa.Array:
    """Return a column of texts."""
    return pa.array(values, pa.string())
