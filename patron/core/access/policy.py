"""
The policy: role → action → resource → how far the right reaches.
"""

import tomllib
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import cache, partial
from pathlib import Path

import attrs

from patron.core.access.actor import Actor
from patron.core.errors import PatronError
from patron.core.i18n import CORE, Worded
from patron.core.names import listed


class Action(StrEnum):
    """What can be done to a resource."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ASSIGN = "assign"
    """Give a record another owner."""
    EXPORT = "export"
    """Take records out by the file."""
    IMPORT = "import"
    """Bring records in by the file, and take such a batch back."""
    ADMINISTER = "administer"
    """Change users, teams, the database itself."""


class Scope(IntEnum):
    """How far a right reaches; the greater includes the smaller."""

    NONE = 0
    OWN = 1
    """Records that the actor owns, and what hangs on them."""
    TEAM = 2
    """Records owned by the actor's team, teams within it, and their users."""
    ALL = 3


class DeniedError(PatronError):
    """The actor may not do this; nothing was changed."""


Roles = Mapping[str, Mapping[Action, Mapping[str, Scope]]]
"""Role → action → resource (`*` for any other) → scope."""


def parse_roles(tree: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Roles:
    """
    Return roles from what TOML says: `[sales_rep.read] lead = "own"`.

    Raises:
        ValueError: an action or a scope that doesn't exist.
    """
    return {
        role: {
            Action(action): {resource: Scope[reach.upper()] for resource, reach in reaches.items()}
            for action, reaches in rights.items()
        }
        for role, rights in tree.items()
    }


def with_rights(roles: Roles, more: Roles) -> Roles:
    """Return the roles with more rights; where both name a resource, the wider scope counts."""
    merged: dict[str, dict[Action, dict[str, Scope]]] = {
        role: {action: dict(reaches) for action, reaches in rights.items()} for role, rights in roles.items()
    }
    for role, rights in more.items():
        for action, reaches in rights.items():
            known = merged.setdefault(role, {}).setdefault(action, {})
            for resource, scope in reaches.items():
                known[resource] = max(scope, known.get(resource, Scope.NONE))
    return merged


@cache
def core_roles() -> Roles:
    """Return the roles that come with the core."""
    return parse_roles(tomllib.loads((Path(__file__).parent / "roles.toml").read_text("utf-8")))


@attrs.frozen
class Policy:
    """
    The rights of every role.

    Attributes:
        roles: what each role may do; what stands nowhere is denied.
    """

    roles: Roles = attrs.field(factory=core_roles)

    def scope(self, actor: Actor, action: Action, resource: str) -> Scope:
        """Return how far the actor's right to *action* on *resource* (a noun, or another resource's name) reaches."""
        reaches = [Scope.NONE]
        for role in actor.roles:
            by_resource = self.roles.get(role, {}).get(action, {})
            reaches.append(by_resource.get(resource, by_resource.get("*", Scope.NONE)))
        return max(reaches)

    def require(self, actor: Actor, action: Action, resource: str) -> Scope:
        """
        Return how far the right reaches, which is somewhere.

        Raises:
            DeniedError: the actor has no such right.
        """
        scope = self.scope(actor, action, resource)
        if scope is Scope.NONE:
            raise self.denial(actor, action, resource)
        return scope

    def sees(self, actor: Actor, right: str | None) -> bool:
        """
        Say whether the actor may read fields that take a right of their own.

        Such a right is had on all records that one may see, or not at all: a right to one's own says nothing about it.
        """
        return right is None or self.scope(actor, Action.READ, right) is Scope.ALL

    @staticmethod
    def hidden(actor: Actor, noun: str, field: str, right: str | None) -> DeniedError:
        """Return the refusal of a field that takes a right of its own."""
        roles = roles_of(actor)
        return DeniedError("access.field_denied", actor=actor.login, noun=noun, field=field, right=right, roles=roles)

    @staticmethod
    def denial(actor: Actor, action: Action, resource: str, *, whole: bool = False) -> DeniedError:
        """Return the refusal of *action* on *resource*; with *whole*, on all of them, of which the actor has some."""
        roles = roles_of(actor)
        key = "access.denied_all" if whole else "access.denied"
        return DeniedError(key, actor=actor.login, action=action.value, resource=resource, roles=roles)


def roles_of(actor: Actor) -> object:
    """Return the roles of an actor as a message names them: in the words of its reader."""
    return listed(Worded(role, partial(CORE.find, key=f"codes.role.{role}")) for role in actor.roles or "–")
