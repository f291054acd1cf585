"""
A score run: what was scored, how, and what came out in sum.

The run is small whatever the number of customers; it travels in the metadata of the scores file, prints as the JSON of
`patron score`, and is what reports are built from.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Place:
    """Where a row stands: the file as it was named, and the line (in text) or row (elsewhere), counted from 1."""

    file: str
    line: int


@attrs.frozen(kw_only=True)
class Skipped:
    """
    Rows left out for one reason.

    Attributes:
        count: how many.
        first: where the first of them stand, in input order.
        example: the offending value of the first, shortened; empty where there is none to show.
    """

    count: int
    first: tuple[Place, ...] = ()
    example: str = ""


@attrs.frozen(kw_only=True)
class RowCounts:
    """
    What became of every row that was read: `read == used + Σ skipped`.

    Attributes:
        read: rows in the input.
        used: rows that count.
        rounded: used rows of which an amount had to be rounded to 1/10,000.
        without_order: purchases whose order id is blank although an order column is given; they count in money, not in orders.
        without_currency: used rows that name no currency although others do; they are taken to be in the same.
        skipped: reason code → rows left out.
    """

    read: int
    used: int
    rounded: int = 0
    without_order: int = 0
    without_currency: int = 0
    skipped: Mapping[str, Skipped] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Totals:
    """Sums over all customers, in counts of 1/10,000; `margin` is over those whose margin is known, None without costs."""

    monetary: int
    gross: int
    refunds: int
    margin: int | None = None
    margin_missing: int = 0


@attrs.frozen(kw_only=True)
class GroupRow:
    """
    One group of customers of equal number (a decile when there are ten); group 1 holds the best.

    Attributes:
        decile: the group's number from 1.
        customers: how many it holds.
        monetary: its net sales.
        margin: its margin over known ones; None without costs.
        share: its part of total net sales; None where the total is not positive.
        cumulative_share: the part of it and all better groups.
        margin_share: its part of the total margin; None without costs or where the total is not positive.
        lowest: the smallest ranking value in the group (counts of 1/10,000, or orders); None for an empty group.
    """

    decile: int
    customers: int
    monetary: int
    margin: int | None
    share: float | None
    cumulative_share: float | None
    margin_share: float | None
    lowest: int | None


@attrs.frozen(kw_only=True)
class PurchaseRow:
    """How many customers, best first, it takes to reach *percent* % of the total, and which part of all customers that is."""

    percent: int
    customers: int
    share_of_customers: float


@attrs.frozen(kw_only=True)
class TopShare:
    """The part of the total that the best `customers` customers bring; None where the total is not positive."""

    customers: int
    share: float | None


@attrs.frozen(kw_only=True)
class Tally:
    """How many customers carry one value of a score or label column, and their net sales; `value` "" counts those without."""

    value: str
    customers: int
    monetary: int


@attrs.frozen(kw_only=True)
class ScoreRun:
    """
    One scoring of one input.

    Attributes:
        id: derived from model, version, parameters, day and input, so that the same run has the same id.
        model: the name of what was computed.
        version: the version of the definitions.
        parameters: everything that was chosen: columns, ranking measure, groups, ties, thresholds.
        as_of: the day it is true for; it counts whole.
        zone: the zone of its calendar days.
        currency: the currency marker found in the input; "" where none stands there.
        input_digest: digest of the aggregated customers, the same for the same rows in any format, order and split.
        seconds: how long it took.
        rows: what became of every row.
        first_day: earliest purchase; None without purchases.
        last_day: latest purchase.
        customers: how many.
        ranked: how many have a value of the ranking measure and so a group.
        by: the ranking measure: monetary, margin or orders.
        totals: sums over all customers.
        groups: the decile table.
        purchase_deciles: customers for each 10 % of net sales; empty where the total is not positive.
        purchase_deciles_margin: the same for margin.
        pareto: "0.2" → the share of net sales of the best 20 % by net sales.
        pareto_margin: "0.2" → the share of margin of the best 20 % by margin; empty without costs.
        curve: points (share of customers, share of net sales) from (0, 0) to (1, 1).
        tallies: column → how many customers carry each of its values.
        composites: name of a composite score → its scorecard, as `Scorecard.to_json` writes it; what explains its points.
        grid: customers by recency score (rows, 5 first) and frequency score (columns, 1 first); empty without scores.
    """

    id: str
    model: str
    version: str
    parameters: Mapping[str, Any]
    as_of: date
    zone: str
    currency: str
    input_digest: str
    seconds: float
    rows: RowCounts
    first_day: date | None
    last_day: date | None
    customers: int
    ranked: int
    by: str
    totals: Totals
    groups: tuple[GroupRow, ...]
    purchase_deciles: tuple[PurchaseRow, ...]
    purchase_deciles_margin: tuple[PurchaseRow, ...]
    pareto: Mapping[str, TopShare]
    curve: tuple[tuple[float, float], ...]
    tallies: Mapping[str, tuple[Tally, ...]]
    grid: tuple[tuple[int, ...], ...]
    pareto_margin: Mapping[str, TopShare] = attrs.field(factory=dict)
    composites: Mapping[str, Any] = attrs.field(factory=dict)
