"""
What an analysis of survival found, as a page.
"""

import math
from collections.abc import Iterator

import numpy as np

from patron import Basis, Block, Cell, Document, Figure, Figures, Format, Level, Note, Section, Table, TableColumn, Translator
from patron.core.names import listed
from patron.core.session import Session
from patron.kernel.survival import median, steps_at, survival
from patron.plugins.mining.rows.words import WORDS
from patron.plugins.mining.survival.analysis import GroupSurvival, Survival
from patron.plugins.mining.survival.endings import LOST, WON
from patron.plugins.mining.survival.forms import last_bin, time_text

_BINS = 30  # bins that a page shows
_TIMES = 8  # points of the curves, where none were asked for


def survival_page(session: Session, found: Survival) -> Document:
    """Return the page: the groups, their curves, their hazard by bins and where it is highest."""
    t = session.t.within(WORDS)
    sections = [Section(code="groups", title=t("survival.groups"), blocks=tuple(_groups(found, t)))]
    for group in found.groups:
        title = t("survival.hazard_of", name=group.name) if found.command.by is not None else t("survival.hazard")
        sections.append(Section(code="hazard", title=title, blocks=tuple(_hazard(group, found, t))))
    return Document(
        code="survival",
        title=t("survival.title"),
        subtitle=", ".join(str(path) for path in found.command.rows.inputs[:3]),
        lang=t.lang,
        sections=tuple(sections),
        footer=t("survival.how"),
    )


def tell_beyond(session: Session, found: Survival) -> None:
    """Say which groups were not observed as long as asked for: their curves stay as they were last."""
    if found.command.at is None or not found.at:
        return
    short = [group.name for group in found.groups if group.table.durations[-1] < float(found.at[-1])]
    if short:
        t = session.t.within(WORDS)
        session.reporter.notice(t("survival.beyond", time=time_text(found.at[-1]), groups=listed(short, 5)))


def _groups(found: Survival, t: Translator) -> Iterator[Block]:
    chosen = found.at if found.command.at is not None else found.at[1 : _TIMES + 1]
    times = np.array([float(time) for time in chosen])
    columns = [
        TableColumn(key="name", title=found.command.by or t("survival.group"), format=Format.TEXT),
        *_counts(t, "n"),
        TableColumn(key="median", title=t("survival.median"), format=Format.NUMBER),
        *(TableColumn(key=f"s{time}", title=f"S({time_text(time)})", format=Format.SHARE) for time in chosen),
    ]
    rows: list[tuple[Cell, ...]] = []
    for group in found.groups:
        table = group.table
        curve = steps_at(table.durations, survival(table, LOST), times, 1.0)
        ends = table.ended.sum(axis=0)
        counts = (int(table.at_risk[0]), int(ends[LOST - 1]), int(ends[WON - 1]), int(table.censored.sum()))
        rows.append((group.name, *counts, _whole(median(table, LOST)), *(float(share) for share in curve)))
    basis = Basis(numerator=t("survival.curve_of"))
    yield Table(code="groups", title=t("survival.curves"), columns=tuple(columns), rows=tuple(rows), basis=basis)
    if found.log_rank is not None:
        chi2, df, p = found.log_rank
        figures: list[tuple[str, Cell, Format]] = [
            ("chi2", chi2, Format.NUMBER),
            ("df", df, Format.COUNT),
            ("p", f"{p:.3g}", Format.TEXT),
        ]
        yield Figures(
            figures=tuple(
                Figure(label=t(f"survival.{key}"), value=value, format=form, basis=Basis(numerator=t(f"survival.{key}_of")))
                for key, value, form in figures
            )
        )
        yield Note(text=t("survival.differ" if p < 1 - found.command.confidence else "survival.alike", p=f"{p:.3g}"))
    elif found.command.by is not None:
        yield Note(text=t("survival.nothing_to_compare"))


def _hazard(group: GroupSurvival, found: Survival, t: Translator) -> Iterator[Block]:
    shown = min(last_bin(group), _BINS)
    hazards = group.bins.hazard(LOST)
    rows: list[tuple[Cell, ...]] = []
    for place in range(shown):
        ended = group.bins.ended[place]
        counts = (int(group.bins.at_risk[place]), int(ended[LOST - 1]), int(ended[WON - 1]), int(group.bins.censored[place]))
        hazard = float(hazards[place])
        rows.append((_bin_name(group, place, t), *counts, None if math.isnan(hazard) else hazard))
    columns = (
        TableColumn(key="bin", title=t("survival.bin_name"), format=Format.TEXT),
        *_counts(t, "at_risk"),
        TableColumn(key="hazard", title=t("survival.hazard"), format=Format.SHARE, bar=True),
    )
    basis = Basis(numerator=t("survival.hazard_numerator"), denominator=t("survival.hazard_denominator"))
    yield Table(code="hazard", title=t("survival.bins"), columns=columns, rows=tuple(rows), basis=basis)
    if last_bin(group) > shown:
        yield Note(text=t("survival.more_bins", count=f"{last_bin(group) - shown:,}"))
    yield from _danger(group, found, t)


def _danger(group: GroupSurvival, found: Survival, t: Translator) -> Iterator[Block]:
    if group.danger is None:
        yield Note(text=t("survival.no_danger", least=found.command.least))
        return
    place = group.danger
    lost, at_risk = int(group.bins.ended[place, LOST - 1]), int(group.bins.at_risk[place])
    share = f"{lost / at_risk:.1%}"
    name = _bin_name(group, place, t)
    yield Note(text=t("survival.danger", bin=name, lost=f"{lost:,}", at_risk=f"{at_risk:,}", share=share), level=Level.WARNING)
    if group.reasons:
        counts = sorted(((int(lost[place]), reason) for reason, lost in group.reasons.items()), key=lambda each: -each[0])
        rows = tuple((reason or t("survival.no_reason"), count, count / lost) for count, reason in counts[:10] if count)
        columns = (
            TableColumn(key="reason", title=t("survival.reason_name"), format=Format.TEXT),
            TableColumn(key="lost", title=t("survival.lost_rows"), format=Format.COUNT),
            TableColumn(key="share", title=t("survival.share"), format=Format.SHARE, bar=True),
        )
        basis = Basis(numerator=t("survival.reason_numerator"), denominator=t("survival.reason_denominator"))
        yield Table(code="reasons", title=t("survival.reasons", bin=name), columns=columns, rows=rows, basis=basis)


def _whole(value: float | None) -> Cell:
    return int(value) if value is not None and value.is_integer() else value


def _counts(t: Translator, first: str) -> list[TableColumn]:
    keys = (first, "lost_rows", "won_rows", "open_rows")
    return [TableColumn(key=key, title=t(f"survival.{key}"), format=Format.COUNT) for key in keys]


def _bin_name(group: GroupSurvival, place: int, t: Translator) -> str:
    return t("survival.from_until", start=f"{group.bins.starts[place]:g}", end=f"{group.bins.starts[place + 1]:g}")
