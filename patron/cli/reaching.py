"""
The ways to reach a customer on the command line, and whom else they stand for.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from patron.cli.wording import WORDS
from patron.core.session import Session

if TYPE_CHECKING:
    from patron.core.crm import Reach
    from patron.core.nouns import Customer

SCHEMES = ("tel", "email", "wechat")
"""Schemes that have an option."""


def reaches_of(named: dict[str, Any]) -> "tuple[Reach, ...]":
    """Take the ways to reach somebody out of the options of a command."""
    from patron.core.crm import Reach

    return tuple(Reach(scheme, written) for scheme in SCHEMES for written in named.pop(scheme))


def tell_known(session: Session, known: "Sequence[Customer]") -> None:
    """Say on stderr that the same identities stand for others, too."""
    if known:
        who = ", ".join(f"{one.name} #{one.id}" for one in known)
        session.reporter.notice(session.t.within(WORDS)("records.known", who=who))
