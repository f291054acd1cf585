"""
What the words of the report mean, for this run: its groups, its columns, its thresholds.
"""

from collections.abc import Callable, Mapping, Sequence

from patron import Block, Format, ReportData, Table, TableColumn
from patron.plugins.reports.chosen import in_tens, parameters_of, percentage
from patron.plugins.reports.wording import measure


def definitions(data: ReportData) -> Sequence[Block]:
    """Return each term with its meaning; what the run has nothing of is left out."""
    t = data.t
    columns = (
        TableColumn(key="term", title=t("definitions.term"), format=Format.TEXT),
        TableColumn(key="meaning", title=t("definitions.meaning"), format=Format.TEXT),
    )
    meanings = ((term, define(data)) for term, define in TERMS.items())
    rows = tuple((_name(data, term), meaning) for term, meaning in meanings if meaning)
    return [Table(code="definitions", title=t("definitions.title"), columns=columns, rows=rows, basis=None)]


def _name(data: ReportData, term: str) -> str:
    named = "decile" if term == "group" and in_tens(data.run) else term
    return data.t(f"definitions.{named}.term")


def _plain(term: str) -> Callable[[ReportData], str]:
    return lambda data: data.t(f"definitions.{term}.meaning")


def _purchase(data: ReportData) -> str:
    return data.t(f"definitions.purchase.{'above_zero' if data.run.parameters.get('ignore_zero') else 'zero_or_more'}")


def _margin(data: ReportData) -> str:
    return "" if data.run.totals.margin is None else data.t("definitions.margin.meaning")


def _orders(data: ReportData) -> str:
    column = data.run.parameters.get("order")
    return data.t("definitions.orders.column", column=column) if column else data.t("definitions.orders.days")


def _recency(data: ReportData) -> str:
    return data.t("definitions.recency.meaning", as_of=data.run.as_of)


def _scores(data: ReportData) -> str:
    chosen = parameters_of(data.run, "rfm")
    return "" if chosen is None else data.t("definitions.scores.meaning", groups=chosen["groups"])


def _group(data: ReportData) -> str:
    run = data.run
    if not run.groups:
        return ""
    ties = "together" if run.parameters.get("ties") == "together" else "split"
    return data.t(f"definitions.group.{ties}", count=len(run.groups), measure=measure(data, run.by))


def _value(data: ReportData) -> str:
    """Return what customers are worth: margin where there are costs, else net sales."""
    return "monetary" if data.run.totals.margin is None else "margin"


def _by_value(term: str) -> Callable[[ReportData], str]:
    """Return what gives a meaning that speaks of margin only where there is one."""
    return lambda data: data.t(f"definitions.{term}.meaning_{_value(data)}")


def _abc(data: ReportData) -> str:
    chosen = parameters_of(data.run, "abc")
    if chosen is None:
        return ""
    return data.t("definitions.abc.meaning", top=percentage(chosen["top"]), bottom=percentage(chosen["bottom"]))


def _profit_group(data: ReportData) -> str:
    chosen = parameters_of(data.run, "profit_groups")
    if chosen is None:
        return ""
    months, who = data.run.parameters.get("recent_months", 12), "relational" if _has_loyalty(data) else "all"
    return data.t(
        "definitions.profit_group.meaning",
        who=data.t(f"definitions.profit_group.{who}_{_value(data)}"),
        first=percentage(chosen["first"]),
        second=percentage(chosen["second"]),
        months=months,
        value=measure(data, _value(data)),
        fell=_fell(data, chosen, months),
    )


def _has_loyalty(data: ReportData) -> bool:
    return any(tally.value and tally.customers for tally in data.run.tallies.get("loyalty", ()))


def _fell(data: ReportData, chosen: Mapping[str, object], months: int) -> str:
    decrease = percentage(chosen["decrease"])
    by = "any" if decrease == "0%" else "by"
    return data.t(f"definitions.profit_group.fell_{by}", months=months, decrease=decrease)


def _loyalty(data: ReportData) -> str:
    chosen = parameters_of(data.run, "loyalty")
    if chosen is None or not _has_loyalty(data):
        return ""
    part = percentage(chosen["discounted_lines"])
    return data.t("definitions.loyalty.meaning", part=part, value=measure(data, _value(data)))


TERMS: Mapping[str, Callable[[ReportData], str]] = {
    "purchase": _purchase,
    "monetary": _plain("monetary"),
    "margin": _margin,
    "orders": _orders,
    "recency": _recency,
    "scores": _scores,
    "group": _group,
    "top": _by_value("top"),
    "purchase_decile": _by_value("purchase_decile"),
    "abc": _abc,
    "profit_group": _profit_group,
    "loyalty": _loyalty,
}
"""Each term of the report → its meaning; empty where the run has nothing of it."""
