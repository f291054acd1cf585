"""
The audit: proof that nobody edited the history.

The history is a chain: each change carries a digest of everything before it. `verify_history()` walks it; an anchor that
`read_head()` returned earlier, kept where the database's keeper can't reach it, also proves that no tail was cut off.
"""

import re
from collections.abc import Mapping

import attrs

from patron.core.access import Action, Scope
from patron.core.crm.makers import read_maker
from patron.core.crm.records import called, values_of
from patron.core.errors import UsageError
from patron.core.nouns import Change
from patron.core.session import Session
from patron.core.store import Anchor, Reader, Verdict
from patron.core.store.history import head_of, latest_changes, verify

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


@attrs.frozen
class Changes:
    """
    Some of the history.

    Attributes:
        changes: the latest first.
        names: (noun, id) → what who made them is called.
    """

    changes: tuple[Change, ...]
    names: Mapping[tuple[str, int], str]


def list_changes(session: Session, *, by: str | None = None, limit: int = 100) -> Changes:
    """
    Return the changes that were recorded last, of all records, the latest first.

    Args:
        session: the session of an actor who may read all of `audit`.
        by: those alone that somebody made; see `patron.core.crm.makers`.
        limit: at most so many.

    Raises:
        DeniedError: the actor may not audit.
        FieldError: nobody is called as *by* says.
    """
    with session.read() as reader:
        _require(reader)
        maker = {} if by is None else attrs.asdict(read_maker(by, values_of(session, reader)))
        changes = latest_changes(reader.connection, limit, **maker)
        users = {change.actor_id for change in changes if change.actor_id is not None}
        return Changes(changes, called(reader, {"user": users}))


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
