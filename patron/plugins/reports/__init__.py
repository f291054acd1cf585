"""
The reports that belong to no single pack: over the database on spend, acquisition, conversion, losses and what else managers ask,
and `deciles`, which says from a score run alone who brings the sales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from patron import Alert, FactView, ReportSection


@hookimpl
def cli_commands() -> Sequence[click.Command]:
    """Bring `patron report`."""
    from patron.plugins.reports.commands import report

    return (report,)


@hookimpl
def fact_views() -> Sequence[FactView]:
    """Publish who was given which lead, and who won it."""
    from patron.plugins.reports.queries import VIEWS

    return VIEWS


@hookimpl
def alerts() -> Sequence[Alert]:
    """Tell of forms that lay too long before they were typed in."""
    from patron import Alert
    from patron.plugins.reports.business.metrics import ENTRIES_LATE

    return [Alert(code="late_forms", amount=ENTRIES_LATE.numerator, report="entries")]


@hookimpl
def report_sections() -> Sequence[ReportSection]:
    """Bring the reports over the database, and the report `deciles`."""
    from patron.plugins.reports import business, sections

    return (*business.SECTIONS, *sections.SECTIONS)
