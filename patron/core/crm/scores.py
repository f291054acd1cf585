"""
The scores of one customer, and whether they are still what they were made of.
"""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action, Scope
from patron.core.money import SCALE
from patron.core.nouns import COUNTED_ORDERS, Order
from patron.core.nouns.criterion import Criterion, Joined, Operator, equal
from patron.core.records.run_json import run_from_json
from patron.core.store import Reader
from patron.core.store.scores import StoredRun, scores_of
from patron.core.store.scores.reading import RESOURCE


@attrs.frozen(kw_only=True)
class CustomerScores:
    """
    What the published run says of a customer.

    Attributes:
        run: whose scores they are.
        values: column → value; None where there is none.
        profit: the customer's margin; None where it is unknown.
        profit_share: its part of the margin of all customers; None where that is not positive, or not the actor's to see.
        orders_since: orders of the customer that the run doesn't know: from after its day, or entered after it was made.
    """

    run: StoredRun
    values: Mapping[str, object]
    profit: Decimal | None = None
    profit_share: float | None = None
    orders_since: int = 0


def scores_now(reader: Reader, customer_id: int, zone: str) -> CustomerScores | None:
    """Return the scores of a customer in the published run; None where there are none, or none that the actor may see."""
    if reader.policy.scope(reader.actor, Action.READ, RESOURCE) is Scope.NONE:
        return None
    found = scores_of(reader, customer_id)
    if found is None:
        return None
    margin = found.values.get("margin")
    profit = margin if isinstance(margin, Decimal) else None
    return CustomerScores(
        run=found.run,
        values=found.values,
        profit=profit,
        profit_share=_share(profit, found.run),
        orders_since=_orders_since(reader, customer_id, found.run, zone),
    )


def _share(profit: Decimal | None, run: StoredRun) -> float | None:
    """Return a part of the margin of all customers, which a run tells to those alone who may see the scores of all."""
    if profit is None or not run.facts:
        return None
    total = run_from_json(json.loads(run.facts)).totals.margin
    return float(profit.scaleb(SCALE) / total) if total is not None and total > 0 else None


def _orders_since(reader: Reader, customer_id: int, run: StoredRun, zone: str) -> int:
    if reader.policy.scope(reader.actor, Action.READ, "order") is Scope.NONE:
        return 0
    behind = datetime.combine(run.as_of + timedelta(days=1), time(), ZoneInfo(zone))
    later = Joined(
        False,
        (
            Criterion("ordered_at", Operator.AT_LEAST, behind),
            Criterion("created_at", Operator.MORE, run.started_at),
        ),
    )
    return reader.count(Order, [equal("customer_id", customer_id), COUNTED_ORDERS, later])
