"""
`patron product`: what can be bought.
"""

import click

from patron.cli.options import add_command, change_command, field_option, history_command, list_command, show_command

_OPTIONS = [field_option("product", "--kind", "kind"), field_option("product", "--list-price", "list_price")]


@click.group("product", help="records.product")
def command() -> None:
    """Hold the commands on products."""


command.add_command(
    add_command(
        "product",
        [
            field_option("product", "--code", "code", required=True),
            field_option("product", "--name", "name", required=True),
            *_OPTIONS,
        ],
    )
)
command.add_command(list_command("product", ("code", "name", "kind", "list_price", "active"), order=("code",)))
command.add_command(change_command("product", _OPTIONS))
command.add_command(history_command("product"))
command.add_command(show_command("product"))
