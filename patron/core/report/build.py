"""
Which reports there are, and building one: the sections of all plugins, in order, put together into a document.

A report is nothing but the sections that name it; no plugin needs to know of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from patron.core.errors import UsageError
from patron.core.names import listed, nearest, shorten
from patron.core.records import Chart, Document, Figures, Note, ReportData, ReportSection, ScoreRun, Section, Table
from patron.core.report.period import describe_period

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import pyarrow as pa

    from patron.core.host import Owned
    from patron.core.i18n import Translator
    from patron.core.session import Session

    ReadScores = Callable[[Sequence[str] | None], pa.Table]


@attrs.frozen(kw_only=True)
class ReportEntry:
    """
    A report that can be built.

    Attributes:
        name: its code.
        title: in the reader's language.
        sections: the codes of its sections, in reading order.
        plugins: the names of the plugins that bring them, sorted.
    """

    name: str
    title: str
    sections: tuple[str, ...]
    plugins: tuple[str, ...]


def list_reports(session: Session) -> tuple[ReportEntry, ...]:
    """Return the reports of all plugins by name, in the session's language."""
    return tuple(
        ReportEntry(
            name=name,
            title=_title(name, sections, session.t),
            sections=tuple(owned.item.code for owned in sections),
            plugins=tuple(sorted({owned.plugin for owned in sections})),
        )
        for name, sections in sorted(_sections_by_report(session).items())
    )


def build_report(
    session: Session,
    name: str,
    run: ScoreRun,
    scores: ReadScores,
    *,
    only: Collection[str] = (),
) -> Document:
    """
    Build a report on a score run.

    Args:
        session: asked for the plugins' sections; the document speaks its language.
        name: the report's code.
        run: what the report speaks about.
        scores: reads the scores for the sections that want them.
        only: codes of the sections to build; all if empty.

    Raises:
        UsageError: there is no such report or section, or all plugins with reports are switched off.
        PluginError: a section failed.
    """
    translator = session.t
    reports = _sections_by_report(session)
    if name not in reports:
        raise _unknown(session, name, reports)
    codes = [owned.item.code for owned in reports[name]]
    for code in only:
        if code not in codes:
            raise UsageError(
                "reports.unknown_section", report=name, name=shorten(code), names=listed(codes), nearest=nearest(code, codes)
            )
    sections = (_build(session, owned, run, scores, translator) for owned in reports[name] if not only or owned.item.code in only)
    return Document(
        code=name,
        title=_title(name, reports[name], translator),
        subtitle=_subtitle(run, translator),
        lang=translator.lang,
        sections=tuple(section for section in sections if section.blocks),
        footer=translator("reports.footer", id=run.id, model=run.model, version=run.version, digest=run.input_digest),
    )


def _sections_by_report(session: Session) -> dict[str, list[Owned[ReportSection]]]:
    reports: dict[str, list[Owned[ReportSection]]] = {}
    for owned in session.host.report_sections():
        reports.setdefault(owned.item.report, []).append(owned)
    return reports


def _unknown(session: Session, name: str, reports: Collection[str]) -> UsageError:
    if not reports:
        return UsageError(
            "reports.no_reports", name=shorten(name), plugins=listed(session.host.switched_off("report_sections")) or "–"
        )
    return UsageError("reports.unknown", name=shorten(name), names=listed(sorted(reports)), nearest=nearest(name, reports))


def _build(session: Session, owned: Owned[ReportSection], run: ScoreRun, scores: ReadScores, translator: Translator) -> Section:
    own = translator.within(owned.catalogue)
    with session.host.blame(owned.plugin, f'ReportSection(code="{owned.item.code}").build'):
        blocks = tuple(owned.item.build(ReportData(run=run, scores=scores, t=own)))
        for block in blocks:
            if not isinstance(block, Figures | Table | Chart | Note):
                raise TypeError(f"a section returns figures, tables, charts and notes, not {type(block).__name__}")
    return Section(code=owned.item.code, title=own(owned.item.title), blocks=blocks)


def _title(name: str, sections: list[Owned[ReportSection]], translator: Translator) -> str:
    # A plugin may put its section before those of the plugin that began the report and has the words for it.
    titles = (owned.catalogue.find(translator.lang, f"report.{name}") for owned in sections)
    return next((title for title in titles if title is not None), name)


def _subtitle(run: ScoreRun, translator: Translator) -> str:
    parts = [translator("reports.customers", count=f"{run.customers:,}"), describe_period(run, translator)]
    if run.currency:
        parts.append(translator("reports.currency", currency=run.currency))
    return " · ".join(parts)
