"""
`patron demo`: an example shop, made, scored and drawn, to see what Patron does before giving it data of one's own.

The shop is also what the benchmarks measure on: the generator (`patron.plugins.demo.shop`) takes any size and seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


@hookimpl
def cli_commands() -> Sequence[click.Command]:
    """Bring `patron demo`."""
    from patron.plugins.demo.commands import demo

    return (demo,)
