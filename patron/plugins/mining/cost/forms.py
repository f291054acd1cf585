"""
Costs to serve as a table, as JSON, and as a page.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from patron import (
    Action,
    Basis,
    Block,
    Document,
    Figure,
    Figures,
    Format,
    Level,
    Note,
    Section,
    Table,
    TableColumn,
    Translator,
    to_decimal,
    to_text,
)
from patron.core.access import Scope
from patron.core.money import UNIT
from patron.core.nouns import Customer
from patron.core.nouns.criterion import among
from patron.core.scoring.result import money_array
from patron.core.session import Session
from patron.kernel.ranking import descending_order
from patron.plugins.mining.cost.analysis import CostToServe, Served
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS

SHOWN = 15
_CENT = Decimal("0.01")


def cost_table(found: CostToServe) -> pa.Table:
    """Return every customer: contacts by channel and their cost, dearest first; with margins what is left of them, most first."""
    served = found.served
    order = _by_left(found) if served is not None and served.costed else descending_order(found.cost)
    rows = pa.array(order)
    columns: dict[str, Any] = {"customer": found.customers.take(rows)}
    columns |= {f"{channel}_contacts": counts[order] for channel, counts in found.channels.items()}
    columns["cost_to_serve"] = money_array(found.cost[order])
    return pa.table(columns if served is None else columns | _served(served, order))


def _served(served: Served, order: Any) -> dict[str, Any]:
    unknown = ~served.known[order]
    columns: dict[str, Any] = {"margin" if served.costed else "net_sales": money_array(served.sales[order], unknown)}
    if served.costed:
        columns["contribution"] = money_array(served.left[order], unknown)
    if served.gold is not None:
        columns["gold"] = np.where(served.gold[order], "yes", "no")
    if served.costed:
        causes = np.where(served.left < 0, "negative", np.where(served.lowest, "lowest", ""))[order]
        columns["causes_cost"] = pa.array(causes, mask=(causes == "") | unknown)
    return columns


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
    blocks = tuple(_lists(found, _names(session, found), t))
    return Document(
        code="cost",
        title=t("cost.title"),
        subtitle=_period(session, found),
        lang=t.lang,
        sections=(
            Section(code="channels", title=t("cost.channels"), blocks=tuple(_channels(found, t))),
            Section(code="customers", title=t("cost.customers"), blocks=blocks),
        ),
        footer=t("cost.how"),
    )


def _period(session: Session, found: CostToServe) -> str:
    if found.period is None:
        return ""
    zone = ZoneInfo(session.settings.timezone)
    first, last = (moment.astimezone(zone).date() for moment in found.period)
    return session.t.within(WORDS)("cost.orders_of", first=first, last=last)


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


def _lists(found: CostToServe, names: Mapping[str, str], t: Translator) -> Iterator[Block]:
    rows = cost_table(found).to_pylist()
    for row in rows if names else ():
        row["name"] = names.get(row["customer"])
    served = found.served
    if served is None:
        yield _customers("dearest", rows[:SHOWN], ("cost_to_serve",), bool(names), t)
        return
    keys = ("margin", "cost_to_serve", "contribution") if served.costed else ("net_sales", "cost_to_serve")
    if served.gold is not None:
        yield _customers("gold", [row for row in rows if row["gold"] == "yes"][:SHOWN], keys, bool(names), t)
    if served.costed:
        yield _customers("causes_cost", _causing(rows), keys, bool(names), t)
    else:
        yield _customers("dearest", rows[:SHOWN], keys, bool(names), t)
        yield Note(text=t("cost.no_margin"), level=Level.INFO)


def _causing(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in reversed(rows) if row["causes_cost"]][:SHOWN]


def _customers(code: str, rows: list[dict[str, Any]], keys: tuple[str, ...], named: bool, t: Translator) -> Table:
    texts = ("customer", "name") if named else ("customer",)
    columns = (
        *(TableColumn(key=name, title=t(f"cost.{name}_column"), format=Format.TEXT) for name in texts),
        *(TableColumn(key=name, title=t(f"cost.{name}_column"), format=Format.MONEY) for name in keys),
    )
    cells = tuple(tuple(row[name] for name in (*texts, *keys)) for row in rows)
    basis = Basis(numerator=t("cost.left_of" if "contribution" in keys else "cost.cost_of"))
    return Table(code=code, title=t(f"cost.{code}"), columns=columns, rows=cells, basis=basis)


def _names(session: Session, found: CostToServe) -> dict[str, str]:
    """Return what the customers of the database are called that the page may show, as far as the actor may see them."""
    if found.rows is not None:
        return {}
    rows = cost_table(found).to_pylist()
    shown = [
        *rows[:SHOWN],
        *[row for row in rows if row.get("gold") == "yes"][:SHOWN],
        *(_causing(rows) if found.served and found.served.costed else ()),
    ]
    with session.read() as reader:
        if reader.policy.scope(reader.actor, Action.READ, "customer") is Scope.NONE:
            return {}
        ids = tuple(sorted({int(row["customer"]) for row in shown}))
        return {str(one.id): one.name for one in reader.find(Customer, [among("id", ids)])}
