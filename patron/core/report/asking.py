"""
Asking for a report: what people write as options becomes period, time and cuts; then a document, or the rows behind a number.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import attrs

from patron.core.errors import UsageError
from patron.core.records.report import SCORE_RUN
from patron.core.records.view import ViewTimes
from patron.core.report.build import build_report, facts_named, sections_of
from patron.core.report.period import first_instant, read_period
from patron.core.report.scope import ReportScope

if TYPE_CHECKING:
    from patron.core.records import Document
    from patron.core.report.facts import Facts
    from patron.core.session import Session


@attrs.frozen(kw_only=True)
class ReportQuery:
    """
    What somebody asks for, as it is written.

    Attributes:
        name: the report's code.
        sections: codes of the sections that are wanted; all if empty.
        period: a year, quarter or month.
        first: the first day.
        last: the last day.
        latest: so many days, weeks, months, quarters or years.
        by: cuts, by comma.
        as_of: a time, or a day, whose end is meant.
        known_at: as the database knew it then.
        most: rows of a table that lists the greatest; all for 0.
        rows: the number whose rows are wanted instead of the report.
    """

    name: str
    sections: tuple[str, ...] = ()
    period: str | None = None
    first: str | None = None
    last: str | None = None
    latest: str | None = None
    by: str | None = None
    as_of: str | None = None
    known_at: str | None = None
    most: int | None = None
    rows: str | None = None


def ask(session: Session, query: ReportQuery, given: Facts) -> Document:
    """
    Return the report that is asked for, or the rows behind one of its numbers.

    Args:
        session: on whose behalf; the database is opened where a section speaks of what is stored.
        query: what is asked for.
        given: facts that are there already.

    Raises:
        UsageError: something that is asked for isn't there, or is written otherwise.
        DeniedError: the actor may see nothing of it.
        PluginError: a section or a view failed.
        StoreError: the database can't be read.
    """
    sections = sections_of(session, query.name, query.sections)
    wanted = [name for name in facts_named(sections) if name not in given and name != SCORE_RUN]
    if not wanted:
        _refuse_options(query)
        return build_report(session, query.name, given, only=query.sections)
    from patron.core.report.views import view_facts  # loads the database's libraries

    scope = scope_of(session, query)
    with session.read() as reader:
        facts = {**view_facts(session, reader, scope, wanted), **given}
        if query.rows is not None:
            from patron.core.report.drilling import rows_behind

            return rows_behind(session, sections, query.rows, facts, scope)
        return build_report(session, query.name, facts, only=query.sections, scope=scope)


def scope_of(session: Session, query: ReportQuery) -> ReportScope:
    """
    Return period, time and cuts that are asked for.

    Raises:
        UsageError, FieldError: one of them is written otherwise.
    """
    from patron.core.crm.values import read_instant

    zone, now = session.settings.timezone, session.clock.now()
    as_of = read_instant("--as-of", query.as_of, zone, ends=True)
    known_at = read_instant("--known-at", query.known_at, zone, ends=True)
    # Of the present day, the whole of it: then two reports of one day agree about the day.
    moment = _end_of_day(session.clock.today(zone), zone) if as_of is None else as_of
    today = moment.astimezone(ZoneInfo(zone)).date()
    period = read_period(today, zone, named=query.period, first=query.first, last=query.last, latest=query.latest)
    past = known_at is not None or moment < now
    times = ViewTimes(
        as_of=moment,
        known_at=known_at,
        past=past,
        fresh_days=session.settings.report.fresh_days,
        zone=zone,
        first_response_minutes=session.settings.assignment.first_response_minutes,
        handover_minutes=session.settings.assignment.handover_minutes,
        entry_minutes=session.settings.report.entry_minutes,
    )
    by = tuple(dict.fromkeys(part.strip() for part in (query.by or "").split(",") if part.strip()))
    return ReportScope(period=period, times=times, settings=session.settings.report, by=by, most=query.most)


def _end_of_day(day: date, zone: str) -> datetime:
    return first_instant(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def _refuse_options(query: ReportQuery) -> None:
    """Refuse options of reports over the database for one that speaks of a file."""
    names = {"period": "--period", "first": "--from", "last": "--to", "latest": "--last", "by": "--by", "rows": "--rows"}
    names |= {"as_of": "--as-of", "known_at": "--known-at", "most": "--limit"}
    for field, option in names.items():
        if getattr(query, field) is not None:
            raise UsageError("reports.not_of_database", option=option, name=query.name)
