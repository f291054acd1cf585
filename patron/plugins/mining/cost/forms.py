"""
Costs to serve as a table, as JSON, and as a page.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from patron import Basis, Block, Document, Figure, Figures, Format, Section, Table, TableColumn, Translator, to_decimal, to_text
from patron.core.money import UNIT
from patron.core.scoring.result import money_array
from patron.core.session import Session
from patron.kernel.ranking import descending_order
from patron.plugins.mining.cost.analysis import CostToServe
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS

SHOWN = 15
_CENT = Decimal("0.01")


def cost_table(found: CostToServe) -> pa.Table:
    """Return every customer: contacts by channel and their cost, dearest first; with scores what is left of them, most first."""
    served = found.served
    order = descending_order(found.cost) if served is None else _by_left(found)
    rows = pa.array(order)
    columns: dict[str, Any] = {"customer": found.customers.take(rows)}
    columns |= {f"{channel}_contacts": counts[order] for channel, counts in found.channels.items()}
    columns["cost_to_serve"] = money_array(found.cost[order])
    if served is not None:
        unknown = ~served.known[order]
        columns["margin"] = money_array(served.margin[order], unknown)
        columns["contribution"] = money_array(served.left[order], unknown)
        columns["gold"] = np.where(served.gold[order], "yes", "no")
        causes = np.where(served.left < 0, "negative", np.where(served.lowest, "lowest", ""))[order]
        columns["causes_cost"] = pa.array(causes, mask=(causes == "") | unknown)
    return pa.table(columns)


def _by_left(found: CostToServe) -> Any:
    served = found.served
    assert served is not None  # noqa: S101  # the caller looked
    ranked = descending_order(served.left, ~served.known)
    return np.concatenate([ranked, np.flatnonzero(~served.known)])


def cost_json(found: CostToServe) -> dict[str, Any]:
    """Return the costs by channel, and of every customer."""
    total = int(found.cost.sum())
    return {
        "cost": to_text(total),
        "moved": None if found.moved is None else {"cost": _exact(found.moved), "change": _change(found.moved, total)},
        "channels": {
            channel: {"contacts": int(counts.sum()), "price": to_text(found.prices[channel])}
            for channel, counts in found.channels.items()
        },
        "customers": [{name: _plain(value) for name, value in row.items()} for row in cost_table(found).to_pylist()],
        "rows": None if found.rows is None else rows_json(found.rows),
    }


def _exact(counts: Fraction) -> str:
    exact = (Decimal(counts.numerator) / Decimal(counts.denominator) / UNIT).normalize()
    return format(exact.quantize(_CENT) if exact == exact.quantize(_CENT) else exact, "f")


def _change(moved: Fraction, total: int) -> float | None:
    return float(moved / total - 1) if total else None


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def cost_page(session: Session, found: CostToServe) -> Document:
    """Return the page: costs by channel, what a move would change, and who is gold or causes cost."""
    t = session.t.within(WORDS)
    blocks = tuple(_lists(found, t))
    return Document(
        code="cost",
        title=t("cost.title"),
        subtitle="",
        lang=t.lang,
        sections=(
            Section(code="channels", title=t("cost.channels"), blocks=tuple(_channels(found, t))),
            Section(code="customers", title=t("cost.customers"), blocks=blocks),
        ),
        footer=t("cost.how"),
    )


def _channels(found: CostToServe, t: Translator) -> Iterator[Block]:
    total = int(found.cost.sum())
    keys = {"channel": Format.TEXT, "contacts": Format.COUNT, "price": Format.MONEY, "cost": Format.MONEY}
    rows = [
        (channel, int(counts.sum()), to_decimal(found.prices[channel]), to_decimal(int(counts.sum()) * found.prices[channel]))
        for channel, counts in found.channels.items()
    ]
    yield Table(
        code="channels",
        title=t("cost.by_channel"),
        columns=tuple(TableColumn(key=key, title=t(f"cost.{key}_column"), format=form) for key, form in keys.items()),
        rows=tuple(rows),
        basis=Basis(numerator=t("cost.cost_of")),
    )
    sums = Basis(numerator=t("cost.cost_of"))
    figures = [Figure(label=t("cost.total"), value=to_decimal(total), format=Format.MONEY, basis=sums)]
    if found.moved is not None:
        after, basis = Decimal(_exact(found.moved)), Basis(numerator=t("cost.moved_of"))
        figures.append(Figure(label=t("cost.moved"), value=after, format=Format.MONEY, basis=basis))
        figures.append(Figure(label=t("cost.change"), value=_change(found.moved, total), format=Format.SHARE, basis=basis))
    yield Figures(figures=tuple(figures))


def _lists(found: CostToServe, t: Translator) -> Iterator[Block]:
    rows = cost_table(found).to_pylist()
    if found.served is None:
        yield _customers("dearest", rows[:SHOWN], ("cost_to_serve",), t)
        return
    names = ("margin", "cost_to_serve", "contribution")
    yield _customers("gold", [row for row in rows if row["gold"] == "yes"][:SHOWN], names, t)
    yield _customers("causes_cost", [row for row in reversed(rows) if row["causes_cost"]][:SHOWN], names, t)


def _customers(code: str, rows: list[dict[str, Any]], names: tuple[str, ...], t: Translator) -> Table:
    columns = (
        TableColumn(key="customer", title=t("cost.customer_column"), format=Format.TEXT),
        *(TableColumn(key=name, title=t(f"cost.{name}_column"), format=Format.MONEY) for name in names),
    )
    cells = tuple((row["customer"], *(row[name] for name in names)) for row in rows)
    return Table(code=code, title=t(f"cost.{code}"), columns=columns, rows=cells, basis=Basis(numerator=t("cost.left_of")))
