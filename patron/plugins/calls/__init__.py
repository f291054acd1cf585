"""
Calls as something to learn from: random checks of recordings and what came of them, people who are coached and must call from
recorded lines, and a library of model calls. A recording is known by its address alone; the sound stays where it is.
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
    """Bring `patron call`."""
    from patron.plugins.calls.commands import call

    return (call,)


@hookimpl
def fact_views() -> Sequence[FactView]:
    """Publish calls and their reviews."""
    from patron.plugins.calls.views import VIEWS

    return VIEWS


@hookimpl
def alerts() -> Sequence[Alert]:
    """Tell of calls that people who are coached made off the record."""
    from patron import Alert
    from patron.plugins.calls.metrics import VIOLATIONS

    return [Alert(code="off_record", amount=VIOLATIONS.numerator, report="calls")]


@hookimpl
def report_sections() -> Sequence[ReportSection]:
    """Bring the report `calls`."""
    from patron.plugins.calls.sections import SECTIONS

    return SECTIONS
