"""
Which reports there are, and building one: the sections of all plugins, in order, put together into a document.

A report is nothing but the sections that name it; no plugin needs to know of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from patron.core.errors import PatronError, UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Chart, Document, Figures, Level, Note, ReportData, ReportSection, Section, Table
from patron.core.records.report import SCORE_RUN
from patron.core.report.facts import how_to_get
from patron.core.report.metrics import Headline, views_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from patron.core.host import Owned
    from patron.core.i18n import Translator
    from patron.core.records import Block
    from patron.core.report.facts import Facts
    from patron.core.report.metrics import Metric, Part
    from patron.core.report.parts import Drawing
    from patron.core.report.scope import ReportScope
    from patron.core.session import Session


@attrs.frozen(kw_only=True)
class ReportEntry:
    """
    A report that can be built.

    Attributes:
        name: its code.
        title: in the reader's language.
        question: the question that it answers; empty where nobody says.
        sections: the codes of its sections, in reading order.
        plugins: the names of the plugins that bring them, sorted.
        facts: the names of the facts that they speak about, sorted.
    """

    name: str
    title: str
    question: str
    sections: tuple[str, ...]
    plugins: tuple[str, ...]
    facts: tuple[str, ...]


def list_reports(session: Session) -> tuple[ReportEntry, ...]:
    """Return the reports of all plugins by name, in the session's language."""
    return tuple(
        ReportEntry(
            name=name,
            title=_said(f"report.{name}", sections, session.t) or name,
            question=_said(f"report.{name}_asks", sections, session.t) or "",
            sections=tuple(owned.item.code for owned in sections),
            plugins=tuple(sorted({owned.plugin for owned in sections})),
            facts=_facts_of(sections),
        )
        for name, sections in sorted(_sections_by_report(session).items())
    )


def sections_of(session: Session, name: str, only: Collection[str] = ()) -> tuple[Owned[ReportSection], ...]:
    """
    Return the sections of a report in reading order.

    Args:
        session: asked for the plugins' sections.
        name: the report's code.
        only: codes of the sections that are wanted; all if empty.

    Raises:
        UsageError: there is no such report or section, or all plugins with reports are switched off.
    """
    reports = _sections_by_report(session)
    if name not in reports:
        raise _unknown(session, name, reports)
    return tuple(_chosen(name, reports[name], only))


def facts_named(sections: Sequence[Owned[ReportSection]]) -> tuple[str, ...]:
    """Return the names of the facts that sections speak about, sorted."""
    return _facts_of(sections)


def build_report(
    session: Session, name: str, facts: Facts, *, only: Collection[str] = (), scope: ReportScope | None = None
) -> Document:
    """
    Build a report.

    A section that needs a fact which is not there, or which the actor may not have, is not called: in its place stands what is
    missing and how to get it.

    Args:
        session: asked for the plugins' sections; the document speaks its language.
        name: the report's code.
        facts: what there is to speak about.
        only: codes of the sections to build; all if empty.
        scope: of a report over the database: its period, and as of when.

    Raises:
        UsageError: there is no such report or section, all plugins with reports are switched off, or no section has its facts.
        DeniedError: the actor may not have the facts of any section.
        PluginError: a section failed.
    """
    translator, chosen = session.t, sections_of(session, name, only)
    _require_some(session, name, chosen, facts)
    sections = tuple(_build(session, owned, facts, scope) for owned in chosen)
    spoken_of = [facts[fact] for fact in _facts_of(chosen) if fact in facts]
    return Document(
        code=name,
        title=_said(f"report.{name}", sections_of(session, name), translator) or name,
        subtitle=" · ".join(dict.fromkeys(filter(None, (fact.about(translator) for fact in spoken_of)))),
        lang=translator.lang,
        sections=tuple(section for section in sections if section.blocks),
        footer=" · ".join(filter(None, (fact.origin(translator) for fact in spoken_of))),
    )


def _require_some(session: Session, name: str, sections: Sequence[Owned[ReportSection]], facts: Facts) -> None:
    """Refuse a report of which not one section could say anything."""
    if all(set(_named_by(owned.item)) - facts.keys() for owned in sections):
        missing = [fact for fact in _facts_of(sections) if fact not in facts]
        ways = how_to_get(missing, session.t, session.host)
        raise UsageError("reports.missing_facts", name=name, facts=_called(missing, session.t), ways=ways)
    refusals = [_refusal(owned.item, facts) for owned in sections]
    if refusals[0] is not None and all(refusals):
        raise refusals[0]


def _chosen(name: str, sections: Sequence[Owned[ReportSection]], only: Collection[str]) -> list[Owned[ReportSection]]:
    codes = [owned.item.code for owned in sections]
    for code in only:
        if code not in codes:
            near = nearest(code, codes, cutoff=ALIKE)
            key = "reports.unknown_section_near" if near else "reports.unknown_section"
            raise UsageError(key, report=name, name=shorten(code), names=listed(codes), nearest=near)
    return [owned for owned in sections if not only or owned.item.code in only]


def _named_by(section: ReportSection) -> tuple[str, ...]:
    """Return the facts of a section; the views of its parts are among them, and one that is all parts needs no other."""
    views = views_of(section.parts)
    own = () if section.parts and section.build is None else section.facts
    return tuple(sorted({*own, *views}))


def _facts_of(sections: Sequence[Owned[ReportSection]]) -> tuple[str, ...]:
    return tuple(sorted({fact for owned in sections for fact in _named_by(owned.item)}))


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


def _build(session: Session, owned: Owned[ReportSection], facts: Facts, scope: ReportScope | None) -> Section:
    section, translator = owned.item, session.t
    own = translator.within(owned.catalogue)
    instead = _instead(session, section, facts)
    if instead is not None:
        return Section(code=section.code, title=own(section.title), blocks=(Note(text=instead, level=Level.WARNING),))
    given = {fact: facts[fact].value for fact in _named_by(section)}
    blocks: list[Block] = []
    with session.host.blame(owned.plugin, f'ReportSection(code="{section.code}").build'):
        if section.parts and scope is not None:
            drawing = drawing_of(session, owned, facts, scope)
            blocks += [block for part in _granted(section, facts) for block in drawing.blocks(part)]
            blocks += _left_out(session, section, facts)
        if section.build is not None:
            blocks += section.build(ReportData(facts=given, t=own, scope=scope))
        for block in blocks:
            if not isinstance(block, Figures | Table | Chart | Note):
                raise TypeError(f"a section returns figures, tables, charts and notes, not {type(block).__name__}")
    return Section(code=section.code, title=own(section.title), blocks=tuple(blocks))


def drawing_of(session: Session, owned: Owned[ReportSection], facts: Facts, scope: ReportScope) -> Drawing:
    """Return what draws the parts of a section."""
    from patron.core.nouns import Labels
    from patron.core.report.parts import Drawing  # loads the database's libraries, which a report on a file does without

    translator = session.t.within(owned.catalogue)
    views: dict[str, Any] = {name: facts[name].value for name in views_of(owned.item.parts)}
    return Drawing(views, scope, Labels(session.records.vocabulary, translator.lang), translator)


def _instead(session: Session, section: ReportSection, facts: Facts) -> str | None:
    """Return what stands in the place of a section that can't be built; None for one that can."""
    t, names = session.t, _named_by(section)
    missing = [fact for fact in names if fact not in facts]
    if missing:
        return t("reports.missing_here", facts=_called(missing, t), ways=how_to_get(missing, t, session.host))
    denied = _refusal(section, facts)
    return None if denied is None else t("reports.denied_here", reason=denied.message(t.lang))


def _called(facts: Sequence[str], t: Translator) -> str:
    return listed([t("reports.scores") if fact == SCORE_RUN else fact for fact in facts])


def _refusal(section: ReportSection, facts: Facts) -> PatronError | None:
    """Return why the actor can be shown nothing of a section; None where a part of it is left."""
    own = () if section.parts and section.build is None else section.facts
    refusals = (facts[name].denied for name in (own or _named_by(section)) if name in facts)
    denied = next(filter(None, refusals), None)
    return None if denied is None or (not own and _granted(section, facts)) else denied


def _granted(section: ReportSection, facts: Facts) -> tuple[Part, ...]:
    """Return the parts of a section that the actor may see: tables of nothing else, and what is left of a headline."""
    found: list[Part] = []
    for part in section.parts:
        metrics = tuple(metric for metric in part.metrics if not _is_denied(metric, facts))
        if len(metrics) == len(part.metrics):
            found.append(part)
        elif metrics and isinstance(part, Headline):
            found.append(attrs.evolve(part, metrics=metrics))
    return tuple(found)


def _is_denied(metric: Metric, facts: Facts) -> bool:
    return any(facts[amount.view].denied is not None for amount in metric.amounts() if amount.view in facts)


def _left_out(session: Session, section: ReportSection, facts: Facts) -> list[Block]:
    """Return a note on what a section says nothing of, since the actor may not see it."""
    names = views_of(section.parts)
    denied = next((refusal for name in names if (refusal := facts[name].denied) is not None), None)
    if denied is None:
        return []
    text = session.t("reports.left_out_here", reason=denied.message(session.t.lang))
    return [Note(text=text, level=Level.WARNING)]


def _said(key: str, sections: Sequence[Owned[ReportSection]], translator: Translator) -> str | None:
    # A plugin may put its section before those of the plugin that began the report and has the words for it.
    titles = (owned.catalogue.find(translator.lang, key) for owned in sections)
    return next((title for title in titles if title is not None), None)
