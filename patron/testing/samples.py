"""
A small shop: its score run, its scores, and what a report section is given about it; and a run without customers.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

import attrs
import pyarrow as pa

from patron.core.i18n import Translator
from patron.core.money import UNIT
from patron.core.records import GroupRow, PurchaseRow, ReportData, RowCounts, ScoredCustomers, ScoreRun, Tally, TopShare, Totals
from patron.core.records.report import SCORE_RUN

AS_OF = date(2025, 12, 31)
"""The day of the sample run."""

# customer, orders, gross and refunds in whole units of money, first and last purchase; best first
SHOP = (
    ("C07", 31, 9_200, -200, date(2023, 2, 1), date(2025, 12, 30)),
    ("王芳", 22, 6_100, 0, date(2023, 3, 9), date(2025, 12, 12)),
    ("C02", 18, 3_050, -50, date(2023, 5, 20), date(2025, 11, 30)),
    ("C11", 9, 1_400, 0, date(2024, 1, 15), date(2025, 12, 1)),
    ("C05", 7, 900, -100, date(2024, 4, 2), date(2025, 9, 9)),
    ("C03", 5, 500, 0, date(2024, 6, 6), date(2025, 10, 10)),
    ("李强", 3, 240, 0, date(2025, 1, 7), date(2025, 7, 7)),
    ("C09", 2, 120, 0, date(2025, 2, 2), date(2025, 3, 3)),
    ("C04", 1, 40, 0, date(2025, 8, 8), date(2025, 8, 8)),
    ("C08", 1, 30, -90, date(2025, 6, 1), date(2025, 6, 1)),
)


def sample_run() -> ScoreRun:
    """Return the score run of a shop of ten customers, with refunds, Chinese names and a customer who brought nothing back."""
    values = [(gross + refunds) * UNIT for _, _, gross, refunds, _, _ in SHOP]
    total, reached = sum(values), list(accumulate(values))
    return ScoreRun(
        id="0000sample",
        model="value",
        version="1",
        parameters={"by": "monetary", "groups": 10, "ties": "split"},
        as_of=AS_OF,
        zone="UTC",
        currency="",
        input_digest="0000sample",
        seconds=0.0,
        rows=RowCounts(read=120, used=120),
        first_day=min(first for *_, first, _ in SHOP),
        last_day=max(last for *_, last in SHOP),
        customers=len(SHOP),
        ranked=len(SHOP),
        by="monetary",
        totals=Totals(
            monetary=total,
            gross=sum(gross for _, _, gross, *_ in SHOP) * UNIT,
            refunds=sum(refunds for _, _, _, refunds, *_ in SHOP) * UNIT,
        ),
        groups=tuple(_group(place, values, reached) for place in range(len(values))),
        purchase_deciles=tuple(_purchase_row(percent, reached) for percent in range(10, 101, 10)),
        purchase_deciles_margin=(),
        pareto={"0.2": TopShare(customers=2, share=reached[1] / total)},
        curve=tuple((place / 10, value / total) for place, value in enumerate([0, *reached])),
        tallies={"abc": (_tally("A", values[:2]), _tally("B", values[2:5]), _tally("C", values[5:]))},
        grid=((0, 0, 0, 0, 2), (0, 0, 0, 2, 0), (0, 0, 2, 0, 0), (0, 2, 0, 0, 0), (2, 0, 0, 0, 0)),
    )


def tiered_run() -> ScoreRun:
    """Return the sample run with a declared tier, `member`."""
    run = sample_run()
    values = [(gross + refunds) * UNIT for _, _, gross, refunds, _, _ in SHOP]
    members = (_tally("gold", values[:3]), _tally("", values[3:]))
    declared = {"factors": {"member": {"parameters": {"rules": ["gold"]}}}}
    return attrs.evolve(run, parameters={**run.parameters, **declared}, tallies={**run.tallies, "member": members})


def empty_run() -> ScoreRun:
    """Return the score run of a file in which no row could be used: every report must stand it."""
    return attrs.evolve(
        sample_run(),
        rows=RowCounts(read=0, used=0),
        first_day=None,
        last_day=None,
        customers=0,
        ranked=0,
        totals=Totals(monetary=0, gross=0, refunds=0),
        groups=(),
        purchase_deciles=(),
        pareto={"0.2": TopShare(customers=0, share=None)},
        curve=(),
        tallies={},
        grid=(),
    )


def sample_scores(columns: Sequence[str] | None = None) -> pa.Table:
    """Return the scores of the sample run, best customer first; with names, only these columns."""
    table = pa.table(
        {
            "customer": [customer for customer, *_ in SHOP],
            "first_purchase": [first for *_, first, _ in SHOP],
            "last_purchase": [last for *_, last in SHOP],
            "recency": [(AS_OF - last).days for *_, last in SHOP],
            "orders": [orders for _, orders, *_ in SHOP],
            "monetary": [Decimal(gross + refunds) for _, _, gross, refunds, *_ in SHOP],
            "gross": [Decimal(gross) for _, _, gross, *_ in SHOP],
            "refunds": [Decimal(refunds) for _, _, _, refunds, *_ in SHOP],
            "rank": range(1, len(SHOP) + 1),
            "decile": range(1, len(SHOP) + 1),
            "abc": [*"AABBBCCCCC"],
        }
    )
    return table if columns is None else table.select(list(columns))


def sample_report_data(t: Translator, run: ScoreRun | None = None) -> ReportData:
    """Return what a report section is given, about the sample run or another one; scores of another run are empty."""
    if run is None or run.customers:
        scored = ScoredCustomers(run=run or sample_run(), scores=sample_scores)
    else:
        scored = ScoredCustomers(run=run, scores=lambda columns: sample_scores(columns).slice(0, 0))
    return ReportData(facts={SCORE_RUN: scored}, t=t)


def _group(place: int, values: Sequence[int], reached: Sequence[int]) -> GroupRow:
    return GroupRow(
        decile=place + 1,
        customers=1,
        monetary=values[place],
        margin=None,
        share=values[place] / reached[-1],
        cumulative_share=reached[place] / reached[-1],
        margin_share=None,
        lowest=values[place],
    )


def _purchase_row(percent: int, reached: Sequence[int]) -> PurchaseRow:
    needed = next(count for count, value in enumerate(reached, 1) if value * 100 >= reached[-1] * percent)
    return PurchaseRow(percent=percent, customers=needed, share_of_customers=needed / len(reached))


def _tally(value: str, members: Sequence[int]) -> Tally:
    return Tally(value=value, customers=len(members), monetary=sum(members))
