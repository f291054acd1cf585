"""
Which reports there are, and building one: the sections of all plugins, in order, put together into a document.

A report is nothing but the sections that name it; no plugin needs to know of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from patron.core.errors import UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Chart, Document, Figures, Level, Note, ReportData, ReportSection, Section, Table
from patron.core.report.facts import how_to_get

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from patron.core.host import Owned
    from patron.core.i18n import Translator
    from patron.core.report.facts import Facts
    from patron.core.session import Session


@attrs.frozen(kw_only=True)
class ReportEntry:
    """
    A report that can be built.

    Attributes:
        name: its code.
        title: in the reader's language.
        sections: the codes of its sections, in reading order.
        plugins: the names of the plugins that bring them, sorted.
        facts: the names of the facts that they speak about, sorted.
    """

    name: str
    title: str
    sections: tuple[str, ...]
    plugins: tuple[str, ...]
    facts: tuple[str, ...]


def list_reports(session: Session) -> tuple[ReportEntry, ...]:
    """Return the reports of all plugins by name, in the session's language."""
    return tuple(
        ReportEntry(
            name=name,
            title=_title(name, sections, session.t),
            sections=tuple(owned.item.code for owned in sections),
            plugins=tuple(sorted({owned.plugin for owned in sections})),
            facts=_facts_of(sections),
        )
        for name, sections in sorted(_sections_by_report(session).items())
    )


def build_report(session: Session, name: str, facts: Facts, *, only: Collection[str] = ()) -> Document:
    """
    Build a report.

    A section that needs a fact which is not there is not called: in its place stands what is missing and how to get it.

    Args:
        session: asked for the plugins' sections; the document speaks its language.
        name: the report's code.
        facts: what there is to speak about.
        only: codes of the sections to build; all if empty.

    Raises:
        UsageError: there is no such report or section, all plugins with reports are switched off, or no section has its facts.
        PluginError: a section failed.
    """
    translator = session.t
    reports = _sections_by_report(session)
    if name not in reports:
        raise _unknown(session, name, reports)
    chosen = _chosen(name, reports[name], only)
    if all(set(owned.item.facts) - facts.keys() for owned in chosen):
        missing = [fact for fact in _facts_of(chosen) if fact not in facts]
        raise UsageError("reports.missing_facts", name=name, facts=listed(missing), ways=how_to_get(missing, translator))
    sections = tuple(_build(session, owned, facts, translator) for owned in chosen)
    spoken_of = [facts[fact] for fact in _facts_of(chosen) if fact in facts]
    return Document(
        code=name,
        title=_title(name, reports[name], translator),
        subtitle=" · ".join(fact.about(translator) for fact in spoken_of),
        lang=translator.lang,
        sections=tuple(section for section in sections if section.blocks),
        footer=" · ".join(fact.origin(translator) for fact in spoken_of),
    )


def _chosen(name: str, sections: Sequence[Owned[ReportSection]], only: Collection[str]) -> list[Owned[ReportSection]]:
    codes = [owned.item.code for owned in sections]
    for code in only:
        if code not in codes:
            near = nearest(code, codes, cutoff=ALIKE)
            key = "reports.unknown_section_near" if near else "reports.unknown_section"
            raise UsageError(key, report=name, name=shorten(code), names=listed(codes), nearest=near)
    return [owned for owned in sections if not only or owned.item.code in only]


def _facts_of(sections: Sequence[Owned[ReportSection]]) -> tuple[str, ...]:
    return tuple(sorted({fact for owned in sections for fact in owned.item.facts}))


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
    near = nearest(name, reports, cutoff=ALIKE)
    key = "reports.unknown_near" if near else "reports.unknown"
    return UsageError(key, name=shorten(name), names=listed(sorted(reports)), nearest=near)


def _build(session: Session, owned: Owned[ReportSection], facts: Facts, translator: Translator) -> Section:
    section, own = owned.item, translator.within(owned.catalogue)
    missing = [fact for fact in section.facts if fact not in facts]
    if missing:
        text = translator("reports.missing_here", facts=listed(missing), ways=how_to_get(missing, translator))
        return Section(code=section.code, title=own(section.title), blocks=(Note(text=text, level=Level.WARNING),))
    with session.host.blame(owned.plugin, f'ReportSection(code="{section.code}").build'):
        blocks = tuple(section.build(ReportData(facts={fact: facts[fact].value for fact in section.facts}, t=own)))
        for block in blocks:
            if not isinstance(block, Figures | Table | Chart | Note):
                raise TypeError(f"a section returns figures, tables, charts and notes, not {type(block).__name__}")
    return Section(code=section.code, title=own(section.title), blocks=blocks)


def _title(name: str, sections: list[Owned[ReportSection]], translator: Translator) -> str:
    # A plugin may put its section before those of the plugin that began the report and has the words for it.
    titles = (owned.catalogue.find(translator.lang, f"report.{name}") for owned in sections)
    return next((title for title in titles if title is not None), name)
