"""
Systems that number what we keep: a portal its leads, a shop its customers and orders.

The same number of two systems is two records. Where nobody names the system, the numbers of customers and orders are those of the
one main system; a lead's is that of its source, for portals count each on their own.
"""

from collections.abc import Mapping
from typing import Any

MAIN = "main"
"""The system of numbers of which nobody said whose they are."""


def with_system(values: Mapping[str, Any], default: str | None = None) -> dict[str, Any]:
    """
    Return the values of a lead or an interaction together with the system that gave their key, where they have one.

    Args:
        values: field → value.
        default: the system where the values name none; None for the source itself.
    """
    if not values.get("source_key") or values.get("system"):
        return dict(values)
    return {**values, "system": default or values.get("source") or MAIN}
