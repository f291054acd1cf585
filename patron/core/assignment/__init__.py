"""
Who gets new leads: rules and rotations as data, decided at one desk for all doors, explained and kept.

`rotation` is whose turn it is and knows no database; `conditions` and `policy` read `[assignment]` of `patron.toml`; `roster`
holds the rotations of a transaction, `desk` gives out its leads, `turns` is what people do in a rotation, `explaining` what came
of it.
"""

from patron.core.assignment.desk import BY_HAND, DEFAULT, RETURNING, TEAM, WAITING, Desk, Given, Newborn, note_by_hand, note_given
from patron.core.assignment.policy import AssignmentPolicy, read_policy
from patron.core.assignment.rotation import Kind, Place, Standing, State, Turn, next_turn

__all__ = [
    "BY_HAND",
    "DEFAULT",
    "RETURNING",
    "TEAM",
    "WAITING",
    "AssignmentPolicy",
    "Desk",
    "Given",
    "Kind",
    "Newborn",
    "Place",
    "Standing",
    "State",
    "Turn",
    "next_turn",
    "note_by_hand",
    "note_given",
    "read_policy",
]
