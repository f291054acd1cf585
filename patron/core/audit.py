"""
The audit: proof that nobody edited the history.

The history is a chain: each change carries a digest of everything before it. `verify_history()` walks it; an anchor that
`read_head()` returned earlier, kept where the database's keeper can't reach it, also proves that no tail was cut off.
"""

import re

from patron.core.access import Action, Scope
from patron.core.errors import UsageError
from patron.core.session import Session
from patron.core.store import Anchor, Reader, Verdict
from patron.core.store.history import head_of, verify

_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-fA-F]{64})")


def read_head(session: Session) -> Anchor:
    """
    Return the end of the history, to be kept elsewhere.

    Raises:
        DeniedError: the actor may not audit.
    """
    with session.read() as reader:
        _require(reader)
        return head_of(reader.connection)


def verify_history(session: Session, anchor: Anchor | None = None) -> Verdict:
    """
    Walk the whole history and say how far it holds.

    Args:
        session: the session of an actor who may read all of `audit`.
        anchor: an earlier end of the history, from elsewhere.

    Raises:
        DeniedError: the actor may not audit.
    """
    with session.read() as reader:
        _require(reader)
        return verify(reader.connection, anchor)


def parse_anchor(text: str) -> Anchor:
    """
    Return the anchor that `str(anchor)` wrote.

    Raises:
        UsageError: it is none.
    """
    found = _ANCHOR.fullmatch(text.strip())
    if found is None:
        raise UsageError("audit.bad_anchor", got=text[:80])
    return Anchor(int(found[1]), bytes.fromhex(found[2]))


def _require(reader: Reader) -> None:
    if reader.policy.require(reader.actor, Action.READ, "audit") is not Scope.ALL:
        raise reader.policy.denial(reader.actor, Action.READ, "audit")
