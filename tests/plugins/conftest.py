"""
Score runs for the tests of reports and renderers: a shop, and the edges.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pytest

import patron.plugins.reports
from patron.core.i18n import CORE, Catalogue, Translator
from patron.core.records import (
    Document,
    GroupRow,
    Place,
    PurchaseRow,
    ReportData,
    RowCounts,
    ScoredCustomers,
    ScoreRun,
    Section,
    Skipped,
    Tally,
    TopShare,
    Totals,
)
from patron.core.records.report import SCORE_RUN
from patron.plugins.reports.sections import SECTIONS

CUSTOMERS = 4372
PARAMETERS = {
    "by": "monetary",
    "groups": 10,
    "ties": "split",
    "order": "InvoiceNo",
    "recent_months": 12,
    "top_percent": 20,
    "factors": {
        code: {"plugin": "scores", "version": "1", "parameters": parameters}
        for code, parameters in {
            "rfm": {"groups": 5},
            "abc": {"top": "0.05", "bottom": "0.20"},
            "loyalty": {"discounted_lines": "0.8"},
            "profit_groups": {"first": "0.10", "second": "0.50", "decrease": "0"},
        }.items()
    },
}
NOTHING = Totals(monetary=0, gross=0, refunds=0)


@pytest.fixture
def shop_run() -> ScoreRun:
    """Return the run of a shop of a few thousand customers with refunds and costs."""
    values = np.sort(np.random.default_rng(1).lognormal(6.6, 1.3, CUSTOMERS) * 10_000).astype(np.int64)[::-1]
    values[-3:] = (-50_0000, -120_0000, -4287_6300)
    total = int(values.sum())
    margins = values // 4
    cumulative = values.cumsum()
    bounds = [round(CUSTOMERS * part / 100) for part in range(101)]
    groups = []
    for decile, members in enumerate(np.array_split(values, 10), start=1):
        end = sum(group.customers for group in groups) + len(members)
        groups.append(
            GroupRow(
                decile=decile,
                customers=len(members),
                monetary=int(members.sum()),
                margin=int((members // 4).sum()),
                share=float(members.sum() / total),
                cumulative_share=float(cumulative[end - 1] / total),
                margin_share=float((members // 4).sum() / margins.sum()),
                lowest=int(members[-1]),
            )
        )
    purchases = tuple(
        PurchaseRow(percent=percent, customers=int(needed), share_of_customers=int(needed) / CUSTOMERS)
        for percent in range(10, 101, 10)
        for needed in [int(np.searchsorted(cumulative[:-3], total * percent // 100)) + 1]
    )
    top = round(CUSTOMERS * 0.2)
    abc = {"A": slice(0, 219), "B": slice(219, 3498), "C": slice(3498, None)}
    return ScoreRun(
        id="9f3c51d0a7e2",
        model="value",
        version="1",
        parameters=PARAMETERS,
        as_of=date(2011, 12, 10),
        zone="Europe/London",
        currency="",
        input_digest="5be1a7f09c33d1e4",
        seconds=1.25,
        rows=RowCounts(
            read=541_909,
            used=406_829,
            rounded=12,
            without_order=4,
            skipped={
                "missing_customer": Skipped(
                    count=135_079,
                    first=(Place(file="online_retail.csv.gz", line=624), Place(file="online_retail.csv.gz", line=1445)),
                ),
                "bad_amount": Skipped(count=1, first=(Place(file="online_retail.csv.gz", line=77),), example="<script>=1+1"),
            },
        ),
        first_day=date(2010, 12, 1),
        last_day=date(2011, 12, 9),
        customers=CUSTOMERS,
        ranked=CUSTOMERS,
        by="monetary",
        totals=Totals(
            monetary=total, gross=total + 611_342_0900, refunds=-611_342_0900, margin=int(margins.sum()), margin_missing=2
        ),
        groups=tuple(groups),
        purchase_deciles=purchases,
        purchase_deciles_margin=purchases,
        pareto={"0.2": TopShare(customers=top, share=float(cumulative[top - 1] / total))},
        pareto_margin={"0.2": TopShare(customers=top, share=0.7)},
        curve=tuple((part / 100, float(cumulative[bound - 1] / total) if bound else 0.0) for part, bound in enumerate(bounds)),
        tallies={
            "abc": tuple(
                Tally(value=tier, customers=len(values[part]), monetary=int(values[part].sum())) for tier, part in abc.items()
            ),
            "profit_group": (
                Tally(value="1", customers=3, monetary=int(values[:3].sum())),
                Tally(value="2", customers=190, monetary=int(values[3:193].sum())),
                Tally(value="3", customers=804, monetary=int(values[193:997].sum())),
                Tally(value="", customers=CUSTOMERS - 997, monetary=int(values[997:].sum())),
            ),
            "loyalty": (Tally(value="", customers=CUSTOMERS, monetary=total),),
        },
        grid=(
            (64, 104, 132, 205, 412),
            (150, 172, 210, 214, 148),
            (214, 189, 199, 170, 90),
            (320, 231, 180, 98, 40),
            (480, 240, 90, 27, 4),
        ),
    )


@pytest.fixture
def empty_run(shop_run: ScoreRun) -> ScoreRun:
    """Return the run of an input of which no row counts."""
    return attrs.evolve(
        shop_run,
        rows=RowCounts(read=2, used=0, skipped={"missing_customer": Skipped(count=2)}),
        first_day=None,
        last_day=None,
        customers=0,
        ranked=0,
        totals=NOTHING,
        groups=(),
        purchase_deciles=(),
        purchase_deciles_margin=(),
        pareto={"0.2": TopShare(customers=0, share=None)},
        pareto_margin={},
        curve=(),
        tallies={},
        grid=(),
    )


@pytest.fixture
def single_run(shop_run: ScoreRun) -> ScoreRun:
    """Return the run of one customer with one purchase and no costs."""
    return attrs.evolve(
        shop_run,
        rows=RowCounts(read=1, used=1),
        first_day=date(2011, 12, 9),
        customers=1,
        ranked=1,
        totals=Totals(monetary=25_0000, gross=25_0000, refunds=0),
        groups=tuple(
            GroupRow(
                decile=decile,
                customers=int(decile == 1),
                monetary=25_0000 if decile == 1 else 0,
                margin=None,
                share=1.0 if decile == 1 else 0.0,
                cumulative_share=1.0,
                margin_share=None,
                lowest=25_0000 if decile == 1 else None,
            )
            for decile in range(1, 11)
        ),
        purchase_deciles=tuple(PurchaseRow(percent=p, customers=1, share_of_customers=1.0) for p in range(10, 101, 10)),
        purchase_deciles_margin=(),
        pareto={"0.2": TopShare(customers=1, share=1.0)},
        pareto_margin={},
        curve=((0.0, 0.0), (1.0, 1.0)),
        tallies={"abc": (Tally(value="A", customers=1, monetary=25_0000),)},
        grid=((0, 0, 0, 0, 1), (0,) * 5, (0,) * 5, (0,) * 5, (0,) * 5),
    )


@pytest.fixture
def refunds_run(shop_run: ScoreRun) -> ScoreRun:
    """Return the run of two customers who only returned: no dates, no scores, a negative total."""
    return attrs.evolve(
        shop_run,
        rows=RowCounts(read=2, used=2),
        first_day=None,
        last_day=None,
        customers=2,
        ranked=2,
        totals=Totals(monetary=-30_0000, gross=0, refunds=-30_0000),
        groups=tuple(
            GroupRow(
                decile=decile,
                customers=int(decile <= 2),
                monetary=-15_0000 if decile <= 2 else 0,
                margin=None,
                share=None,
                cumulative_share=None,
                margin_share=None,
                lowest=-15_0000 if decile <= 2 else None,
            )
            for decile in range(1, 11)
        ),
        purchase_deciles=(),
        purchase_deciles_margin=(),
        pareto={"0.2": TopShare(customers=1, share=None)},
        pareto_margin={},
        curve=(),
        tallies={"abc": (Tally(value="A", customers=2, monetary=-30_0000),)},
        grid=(),
    )


@pytest.fixture(params=["shop_run", "empty_run", "single_run", "refunds_run"])
def any_run(request: pytest.FixtureRequest) -> ScoreRun:
    """Return each of the runs in turn."""
    run: ScoreRun = request.getfixturevalue(request.param)
    return run


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    """Return each language in turn."""
    language: str = request.param
    return language


@pytest.fixture
def words() -> Catalogue:
    """Return the words of the plugin `reports`."""
    return Catalogue(Path(patron.plugins.reports.__file__).parent / "locale", CORE)


@pytest.fixture
def report_data(words: Catalogue) -> Callable[..., ReportData]:
    """Return a function that makes what a section is given; asking for the scores themselves fails."""

    def scores(columns: Sequence[str] | None = None) -> pa.Table:
        raise AssertionError("these sections speak from the run alone")

    return lambda run, lang="en": ReportData(
        facts={SCORE_RUN: ScoredCustomers(run=run, scores=scores)}, t=Translator(lang, words)
    )


@pytest.fixture
def make_document(report_data: Callable[..., ReportData]) -> Callable[..., Document]:
    """Return a function that builds the document of the report `deciles` from a run."""

    def make(run: ScoreRun, lang: str = "en") -> Document:
        data = report_data(run, lang)
        built = ((section, tuple(section.build(data))) for section in SECTIONS)
        sections = tuple(Section(code=s.code, title=data.t(s.title), blocks=blocks) for s, blocks in built if blocks)
        return Document(
            code="deciles", title=data.t("report.deciles"), subtitle="subtitle", lang=lang, sections=sections, footer="footer"
        )

    return make
