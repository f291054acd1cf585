"""
`patron analyse value`: the lifetime value of every customer of files of order lines.
"""

import click


@click.command(name="value", help="lifetime.help")
def value() -> None:
    """Fit the models of lifetime value."""
