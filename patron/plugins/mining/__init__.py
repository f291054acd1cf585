"""
What the history of customers says of their future: `patron analyse` and the score factors that belong to it.

Every analysis is a package of its own in here, with its command in `commands.py`; none imports another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from patron import ScoreFactor


@hookimpl
def cli_commands() -> Sequence[click.Command]:
    """Bring `patron analyse`."""
    from patron.plugins.mining.commands import analyse

    return (analyse,)


@hookimpl
def score_factors() -> Sequence[ScoreFactor]:
    """Bring lifetime value, for scorings that ask for it."""
    from patron.plugins.mining.value.factor import FACTOR

    return (FACTOR,)
