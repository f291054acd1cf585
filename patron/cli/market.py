"""
`patron market`: what studies say of companies, regions and industries.
"""

import click

from patron.cli.options import change_command, list_command, show_command

_COLUMNS = ("on", "study", "company", "customer_id", "region", "industry", "amount")


@click.group("market", help="records.market")
def command() -> None:
    """Hold the commands on market figures."""


command.add_command(list_command("market_figure", _COLUMNS, order=("-on",)))
command.add_command(change_command("market_figure"))
command.add_command(show_command("market_figure"))
