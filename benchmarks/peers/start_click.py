"""
The least that a command line with plugins can cost: click, one group with as many commands, and a scan of the entry points.
"""

from importlib.metadata import entry_points

import click


@click.group()
@click.option("--config")
def main() -> None:
    """Score, rank and report on customers."""


for point in entry_points(group="patron"):
    main.add_command(click.Command(point.name, help=point.value))

if __name__ == "__main__":
    main()
