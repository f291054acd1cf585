"""
Contributions as a table, as JSON, and as a page; with what they were before.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron import (
    Basis,
    Block,
    Cell,
    Document,
    Figure,
    Figures,
    Format,
    Section,
    Table,
    TableColumn,
    Translator,
    UsageError,
    to_text,
)
from patron.core.names import listed
from patron.core.scoring.result import money_array
from patron.core.scoring.source import SourceOptions, open_source
from patron.core.session import Session
from patron.kernel.layout import Int64s
from patron.plugins.mining.contribution.analysis import Contribution
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS

SHOWN = 20
"""Groups that a page shows."""

_FAR = 2**61
_SIGN = "\x1f"


def contribution_table(found: Contribution, previous: Path | None = None) -> pa.Table:
    """
    Return every group, best first: rank, what it brings, its share; with a table of before, the rank then and the places risen.

    Raises:
        UsageError: the table of before has other keys, or no ranks.
        InputError: it can't be read.
    """
    total = int(found.sales.sum())
    columns: dict[str, Any] = dict(zip(found.command.by, found.keys, strict=True))
    columns["rank"] = pa.array(np.arange(1, len(found.lines) + 1))
    columns |= {"lines": found.lines, "sales": money_array(found.sales), "sales_share": _shares(found.sales, total)}
    margin = found.margin
    if margin is not None and found.cost is not None:
        unknown = found.unknown > 0
        columns["cost"] = money_array(found.cost, unknown)
        columns["margin"] = money_array(margin, unknown)
        columns["margin_share"] = pc.if_else(pa.array(unknown), None, _shares(margin, int(margin.sum())))
    if found.first is not None and found.last is not None:
        columns |= {"first_day": _days(found.first), "last_day": _days(found.last)}
    table = pa.table(columns)
    return table if previous is None else _compared(table, found.command.by, previous)


def _shares(values: Int64s, total: int) -> pa.Array:
    return pa.array(values / np.float64(total)) if total > 0 else pa.nulls(len(values), pa.float64())


def _days(days: Int64s) -> pa.Array:
    nobody = np.abs(days) > _FAR
    return pa.array(np.where(nobody, 0, days).astype(np.int32), pa.date32(), mask=nobody)


def _compared(table: pa.Table, by: tuple[str, ...], previous: Path) -> pa.Table:
    source = open_source((previous,), SourceOptions())
    wanted = [*by, "rank"]
    missing = [name for name in wanted if name not in source.columns]
    if missing:
        raise UsageError("contribution.other_table", catalogue=WORDS, path=previous, missing=listed(missing))
    then: dict[str, int] = {}
    for task in source.tasks(wanted):
        for batch in task.pieces(1 << 20):
            names = zip(*(batch.columns[name].cast(pa.string()).to_pylist() for name in by), strict=True)
            ranks = batch.columns["rank"].cast(pa.int64()).to_pylist()
            then |= {_SIGN.join(map(str, name)): rank for name, rank in zip(names, ranks, strict=True)}
    keys = zip(*(table[name].cast(pa.string()).to_pylist() for name in by), strict=True)
    before = pa.array([then.get(_SIGN.join(map(str, key))) for key in keys], pa.int64())
    compared = table.append_column("rank_before", before)
    return compared.append_column("rank_change", pc.subtract(before, table["rank"].combine_chunks()))


def contribution_json(found: Contribution, table: pa.Table) -> dict[str, Any]:
    """Return the groups and what they rest on."""
    margin = found.margin
    return {
        "by": list(found.command.by),
        "ranked_by": found.rank,
        "groups": len(found.lines),
        "sales": to_text(int(found.sales.sum())),
        "margin": None if margin is None else to_text(int(margin.sum())),
        "without_margin": int(np.count_nonzero(found.unknown)),
        "contributions": [{name: _plain(value) for name, value in row.items()} for row in table.to_pylist()],
        "rows": rows_json(found.rows),
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def contribution_page(session: Session, found: Contribution, table: pa.Table) -> Document:
    """Return the page: the sums, and the best groups."""
    t = session.t.within(WORDS)
    return Document(
        code="contribution",
        title=t("contribution.title", by=", ".join(found.command.by)),
        subtitle=", ".join(str(path) for path in found.command.rows.inputs[:3]),
        lang=t.lang,
        sections=(
            Section(code="figures", title=t("contribution.figures"), blocks=(_figures(found, t),)),
            Section(code="groups", title=t("contribution.best"), blocks=tuple(_groups(found, table, t))),
        ),
        footer=t("contribution.how"),
    )


def _figures(found: Contribution, t: Translator) -> Figures:
    margin = found.margin
    values: dict[str, tuple[Cell, Format]] = {
        "groups": (len(found.lines), Format.COUNT),
        "sales": (_money(int(found.sales.sum())), Format.MONEY),
    }
    if margin is not None:
        values["margin"] = (_money(int(margin.sum())), Format.MONEY)
        values["without_margin"] = (int(np.count_nonzero(found.unknown)), Format.COUNT)
    return Figures(
        figures=tuple(
            Figure(label=t(f"contribution.{key}"), value=value, format=form, basis=Basis(numerator=t(f"contribution.{key}_of")))
            for key, (value, form) in values.items()
        )
    )


def _money(count: int) -> Cell:
    return Decimal(to_text(count))


def _groups(found: Contribution, table: pa.Table, t: Translator) -> Iterator[Block]:
    forms = {
        "rank": Format.COUNT,
        "lines": Format.COUNT,
        "sales": Format.MONEY,
        "sales_share": Format.SHARE,
        "cost": Format.MONEY,
        "margin": Format.MONEY,
        "margin_share": Format.SHARE,
        "rank_before": Format.COUNT,
        "rank_change": Format.COUNT,
    }
    shown = [name for name in table.schema.names if name in forms or name in found.command.by]
    rows = table.select(shown).slice(0, SHOWN).to_pylist()
    yield Table(
        code="groups",
        title=t("contribution.ranked", rank=t(f"contribution.by_{found.rank}")),
        columns=tuple(
            TableColumn(
                key=name, title=t(f"contribution.{name}_column") if name in forms else name, format=forms.get(name, Format.TEXT)
            )
            for name in shown
        ),
        rows=tuple(tuple(str(row[name]) if name not in forms else row[name] for name in shown) for row in rows),
        basis=Basis(numerator=t("contribution.share_of"), denominator=t("contribution.share_by")),
    )
