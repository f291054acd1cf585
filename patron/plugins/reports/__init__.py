"""
The reports that belong to no single pack: `deciles`, which says from a score run alone who brings the sales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from patron import ReportSection


@hookimpl
def cli_commands() -> Sequence[click.Command]:
    """Bring `patron report`."""
    from patron.plugins.reports.commands import report

    return (report,)


@hookimpl
def report_sections() -> Sequence[ReportSection]:
    """Bring the report `deciles`."""
    from patron.plugins.reports.sections import SECTIONS

    return SECTIONS
