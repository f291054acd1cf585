"""
The group `patron analyse`: a command for each analysis.

The modules of the commands hold options and words alone; what they compute with is loaded when a command runs.
"""

import click

from patron.plugins.mining.basket.commands import basket
from patron.plugins.mining.contribution.commands import contribution
from patron.plugins.mining.cost.commands import cost
from patron.plugins.mining.profile.commands import profile
from patron.plugins.mining.sequence.commands import sequence
from patron.plugins.mining.survival.commands import survival
from patron.plugins.mining.value.commands import value


@click.group(help="analyse.help")
def analyse() -> None:
    """Hold the analyses."""


for command in (value, survival, basket, sequence, profile, contribution, cost):
    analyse.add_command(command)
