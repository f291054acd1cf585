"""
What a sender is told of what came of a delivery.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from patron.core.records.intake import Outcome

_NOTHING: Mapping[str, str] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Told:
    """
    What became of an envelope, as whoever brought it may know: nothing of other people, and nothing that others said.

    Attributes:
        place: of the envelope in what `Channel.parse` returns; 0 for a delivery that could not be read at all.
        outcome: what became of it.
        receipt: the number of its receipt.
        lead: the number of the lead that it began or touched; None where there is none.
        user: the login of who has the lead; empty where nobody has.
        user_name: what that user is called.
        team: the code of the department that has the lead; empty where a user has.
        team_name: what that department is called.
        message: all of that in a sentence, in the language of whoever asks.
        errors: field → why what was said of it could not be taken, in that language; the lead is taken without.
    """

    place: int
    outcome: "Outcome"
    receipt: int | None = None
    lead: int | None = None
    user: str = ""
    user_name: str = ""
    team: str = ""
    team_name: str = ""
    message: str = ""
    errors: Mapping[str, str] = _NOTHING
