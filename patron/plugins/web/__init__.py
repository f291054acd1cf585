"""
The server: what is reached over HTTP. Each part of it is a package of its own in here; `application` mounts them side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


@hookimpl
def cli_commands() -> Sequence[click.Command]:
    """Bring `patron serve`."""
    from patron.plugins.web.commands import serve

    return (serve,)
