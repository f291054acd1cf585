"""
Letters to many: every one with the person's name and what is known of them, to whoever may be written to, and to nobody else.
"""

from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


@hookimpl
def cli_commands() -> "Sequence[click.Command]":
    """Bring the command `patron mail`."""
    from patron.plugins.mailing.commands import mail

    return [mail]
