"""
What the entry of an envelope says: what the person wrote, and behind it what else is to be read.
"""

from collections.abc import Sequence

from patron.core.nouns import Interaction, fields_of

LONGEST_NOTE = fields_of(Interaction)["note"].length
"""Characters that the note of an entry may have."""


def noted(text: str, remarks: Sequence[str]) -> str:
    """Return what the person wrote together with what else is to be read, which is never what a long text costs."""
    told = "\n".join(remarks)[:LONGEST_NOTE]
    return "\n".join(filter(None, (text[: LONGEST_NOTE - len(told) - 1], told)))
