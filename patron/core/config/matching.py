"""
The settings of who is who.
"""

from typing import NamedTuple


class MatchingSettings(NamedTuple):
    """
    The table `[matching]`: when two records are taken for one person.

    Attributes:
        model: the file of the model, as seen from the configuration's folder; None for that of the program.
        join: bits from which records are joined; None for what the model says.
        ask: bits from which a person is asked; None for what the model says.
    """

    model: str | None = None
    join: int | None = None
    ask: int | None = None
