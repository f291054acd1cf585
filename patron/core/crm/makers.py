"""
Whose changes are meant, as people write it: `wang`, `user:wang`, `channel:web_form`, `system`, `local`.
"""

import attrs

from patron.core.access import ActorKind
from patron.core.crm.values import ValueReader
from patron.core.nouns import Change, Field, FieldError, FieldKind

_USER = Field(name="user", kind=FieldKind.REFERENCE, target="user")


@attrs.frozen(kw_only=True)
class Maker:
    """
    Who makes changes.

    Attributes:
        actor_kind: a kind of actors.
        actor_id: this user alone.
        actor_name: this channel or job alone.
    """

    actor_kind: str
    actor_id: int | None = None
    actor_name: str | None = None

    def made(self, change: Change) -> bool:
        """Say whether a change is one of theirs."""
        return all(value in {None, getattr(change, name)} for name, value in attrs.asdict(self).items())


def read_maker(written: str, values: ValueReader) -> Maker:
    """
    Return whose changes are meant.

    Raises:
        FieldError: that is no kind of actors, and no user is called so.
    """
    kind, sign, name = written.strip().partition(":")
    if not sign and kind not in tuple(ActorKind):
        kind, name = ActorKind.USER.value, kind
    if kind not in tuple(ActorKind) or (sign and not name) or (name and kind == ActorKind.LOCAL):
        raise FieldError("crm.no_actor", got=written[:60])
    if kind == ActorKind.USER and name:
        return Maker(actor_kind=kind, actor_id=values.referred(_USER, name.lower()))
    return Maker(actor_kind=kind, actor_name=name or None)
