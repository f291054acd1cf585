"""
Progress and notices for someone who sits before a terminal. Everything goes to stderr; stdout belongs to results.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from patron.app import SilentTask

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from patron.core.session import ProgressTask


class TerminalReporter:
    """Draws a progress bar where stderr is a terminal, and prints notices."""

    @contextmanager
    def progress(self, description: str, total: int | None) -> "Iterator[ProgressTask]":
        """Begin a piece of long work; the bar disappears when it is done."""
        if not sys.stderr.isatty():
            yield SilentTask()
            return
        from rich.console import Console  # loaded only where a bar is drawn
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bars:
            yield _Bar(bars, bars.add_task(description, total=total))

    def notice(self, message: str) -> None:
        """Print a message to stderr."""
        click.echo(message, err=True)


class _Bar:
    def __init__(self, bars: "Progress", task: "TaskID") -> None:
        self._bars = bars
        self._task = task

    def advance(self, amount: int) -> None:
        self._bars.advance(self._task, amount)
