"""
What is known of a stored run.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import attrs

Bounds = Mapping[str, tuple[Any, Any]]
"""Column → the least and the greatest value."""


@attrs.frozen(kw_only=True)
class ScoreColumn:
    """
    A column of scores.

    Attributes:
        name: as in the scores.
        kind: what its values mean: the value of a `patron.core.records.Kind`.
        by: the columns that decide its values.
        bounds: value (as text) → between which values of the columns in `by` those customers lie who have it; empty for who may
            not see the scores of all.
        from_costs: it is made of costs, of whatever else, too: for those alone who may see our costs.
    """

    name: str
    kind: str
    by: tuple[str, ...] = ()
    bounds: Mapping[str, Bounds] = MappingProxyType({})
    from_costs: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes; values of `bounds` are such."""
        bounds = {value: {name: list(ends) for name, ends in ranges.items()} for value, ranges in self.bounds.items()}
        return {"name": self.name, "kind": self.kind, "by": list(self.by), "bounds": bounds, "from_costs": self.from_costs}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoreColumn":
        """Return the column that `to_json` wrote."""
        bounds = {value: {name: (low, high) for name, (low, high) in ranges.items()} for value, ranges in data["bounds"].items()}
        # What does not say so may be made of costs.
        costs = data.get("from_costs", True)
        return cls(name=data["name"], kind=data["kind"], by=tuple(data["by"]), bounds=bounds, from_costs=costs)


@attrs.frozen(kw_only=True)
class StoredRun:
    """
    A run and where its scores are.

    Attributes:
        number: its number in this database.
        code: what people call it: the model and the number.
        model: what was computed.
        version: the version of the definitions.
        as_of: the day it is true for.
        digest: digest of the input.
        customers: how many.
        columns: the columns of its scores.
        facts: the run as JSON text, see `patron.core.records.run_json`; empty for who may not see the scores of all,
            or none of the columns that are made of costs.
        user_id: who made it; None for the local administrator.
        started_at: when its writing began.
        published_at: when readers first saw it; None for one that was never finished.
        current: it is the one that readers see now.
    """

    number: int = 0
    code: str = ""
    model: str
    version: str
    as_of: date
    digest: str
    customers: int
    columns: tuple[ScoreColumn, ...]
    facts: str
    user_id: int | None = None
    started_at: datetime | None = None
    published_at: datetime | None = None
    current: bool = False
