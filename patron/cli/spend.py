"""
`patron spend`: what marketing costs.
"""

import click

from patron.cli.options import add_command, change_command, field_option, list_command, show_command


@click.group("spend", help="records.spend")
def command() -> None:
    """Hold the commands on spends."""


command.add_command(
    add_command(
        "spend",
        [
            field_option("spend", "--on", "on", required=True),
            field_option("spend", "--amount", "amount", required=True),
            field_option("spend", "--kind", "kind", required=True),
            field_option("spend", "--source", "source"),
            field_option("spend", "--campaign", "campaign_id"),
            field_option("spend", "--note", "note"),
        ],
    )
)
command.add_command(list_command("spend", ("on", "amount", "kind", "source", "campaign_id", "note"), order=("-on",)))
command.add_command(change_command("spend"))
command.add_command(show_command("spend", moving=False))
