"""
The policy of assignment as `patron.toml` says it: rules in their order, rotations by name, and limits.

A rule has a condition (`where`; without one it is about every lead) and where such leads go: a user, rotations, a team, tried in
this order. What is written is checked when it is read: an unknown key, rotation or field ends the command with file and line.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import attrs

from patron.core.assignment.conditions import ConditionReader
from patron.core.assignment.hours import WorkingTime, read_working
from patron.core.assignment.rotation import Kind
from patron.core.assignment.written import dotted, require_table, table_values, unknown
from patron.core.config import Settings
from patron.core.config.values import structure
from patron.core.errors import ConfigurationError, ExpressionError
from patron.core.names import listed, shorten
from patron.core.nouns import FieldError, Vocabulary
from patron.core.records.assignment import AssignmentRule, NewLead, Target

_RULES, _ROTATIONS = ("assignment", "rules"), ("assignment", "rotations")
_NAME_LENGTH = 64
_LONG = 120
"""Characters of a condition that are shown in a complaint."""


class RotationSettings(NamedTuple):
    """
    A table `[assignment.rotations.NAME]`.

    Attributes:
        kind: `queue`, one after the other, or `weighted`.
        members: logins, in the order in which turns begin.
        team: the code of the team whose users are members, beside those named.
        weights: login → weight, of a weighted rotation; without any, members count by their quota where all have one, else alike.
        quota: how many leads a member gets within a period; None for any number.
        period: `day`, `week` or `month` of the calendar.
        serves: whoever takes a turn serves until that is finished, and gets no other meanwhile: a reception.
        given_back: reasons of absence whose missed turns are given back; None for those whose code says so.
        most_owed: how many turns are owed to a member at most; None for any number.
        outside_hours: whether a lead that comes outside of working hours `counts`, or is `free`: it uses up no turn.
    """

    kind: Literal["queue", "weighted"] = "queue"
    members: tuple[str, ...] = ()
    team: str | None = None
    weights: Mapping[str, int] = MappingProxyType({})
    quota: int | None = None
    period: Literal["day", "week", "month"] = "day"
    serves: bool = False
    given_back: tuple[str, ...] | None = None
    most_owed: int | None = None
    outside_hours: Literal["counts", "free"] = "counts"


class RuleSettings(NamedTuple):
    """
    A table `[assignment.rules.NAME]`.

    Attributes:
        where: the condition; None for every lead.
        user: a login.
        rotation: a rotation, or several that are tried in turn.
        team: a team's code.
    """

    where: str | None = None
    user: str | None = None
    rotation: tuple[str, ...] = ()
    team: str | None = None


@attrs.frozen(kw_only=True)
class Rotation:
    """
    A rotation as it is configured.

    Attributes:
        name: what it is called.
        settings: what its table says.
    """

    name: str
    settings: RotationSettings

    @property
    def kind(self) -> Kind:
        """How turns go round."""
        return Kind(self.settings.kind)

    def gives_back(self, reason: str, vocabulary: Vocabulary) -> bool:
        """Return whether turns that are missed for a reason of absence are owed afterwards."""
        named = self.settings.given_back
        return bool(vocabulary.attributes("absence", reason).get("given_back")) if named is None else reason in named


@attrs.frozen(kw_only=True)
class AssignmentPolicy:
    """
    How leads are assigned.

    Attributes:
        rules: in their order; the first that holds decides.
        rotations: by name.
        working: when there is work; None for always.
    """

    rules: tuple[AssignmentRule, ...] = ()
    rotations: Mapping[str, Rotation] = MappingProxyType({})
    working: WorkingTime | None = None


def read_policy(settings: Settings, vocabulary: Vocabulary) -> AssignmentPolicy:
    """
    Return the policy of a configuration.

    Raises:
        ConfigurationError: something in it was refused.
    """
    working = read_working(settings)
    rotations = {name: _rotation(settings, name, vocabulary) for name in settings.assignment.rotations}
    _require_hours(settings, rotations.values(), working)
    named = settings.assignment.rules
    # The words that conditions can name are gathered where there is a condition, for leads come in one by one.
    conditions = ConditionReader(vocabulary, settings.timezone) if named else None
    rules = tuple(_rule(settings, name, conditions, rotations) for name in named) if conditions else ()
    return AssignmentPolicy(rules=rules, rotations=MappingProxyType(rotations), working=working)


def _rotation(settings: Settings, name: str, vocabulary: Vocabulary) -> Rotation:
    tree, where = settings.assignment.rotations[name], (*_ROTATIONS, name)
    require_table(settings, tree, where)
    if len(name) > _NAME_LENGTH:
        raise ConfigurationError(
            "assignment.long_name", where=settings.source.place(*where), got=shorten(name), most=_NAME_LENGTH
        )
    said = {key: value for key, value in tree.items() if key != "weights"}
    read = RotationSettings(**dict(table_values(settings, RotationSettings, said, where)))
    weights = tree.get("weights", {})
    require_table(settings, weights, (*where, "weights"))
    read = read._replace(
        weights={login.lower(): _weight(settings, one, (*where, "weights", login)) for login, one in weights.items()}
    )
    read = read._replace(members=tuple(dict.fromkeys(login.lower() for login in read.members)))
    for key, value in (("quota", read.quota), ("most_owed", read.most_owed)):
        if value is not None and value < 0:
            raise ConfigurationError(
                "assignment.below_zero", where=settings.source.place(*where, key), key=dotted(*where, key), got=value
            )
    if not read.members and read.team is None:
        raise ConfigurationError("assignment.no_members", where=settings.source.place(*where), name=name)
    known = vocabulary.codes.get("absence", {})
    for reason in read.given_back or ():
        if reason not in known:
            place = settings.source.place(*where, "given_back")
            raise ConfigurationError("assignment.unknown_absence", where=place, got=shorten(reason), known=listed(known))
    return Rotation(name=name, settings=read)


def _require_hours(settings: Settings, rotations: Iterable[Rotation], working: WorkingTime | None) -> None:
    """See that there are working hours where something goes by them."""
    asking: list[tuple[str, ...]] = [
        (*_ROTATIONS, one.name, "outside_hours") for one in rotations if one.settings.outside_hours == "free"
    ]
    asking += [("assignment", "claim_by")] if settings.assignment.claim_by == "work" else []
    if asking and working is None:
        raise ConfigurationError("assignment.no_hours", where=settings.source.place(*asking[0]), key=dotted(*asking[0]))


def _weight(settings: Settings, value: object, where: tuple[str, ...]) -> int:
    found: int = structure(value, int, key=dotted(*where), where=settings.source.place(*where))
    if not 1 <= found <= 1000:
        raise ConfigurationError("assignment.bad_weight", where=settings.source.place(*where), key=dotted(*where), got=found)
    return found


def _rule(settings: Settings, name: str, conditions: ConditionReader, rotations: Mapping[str, Rotation]) -> AssignmentRule:
    tree, where = settings.assignment.rules[name], (*_RULES, name)
    require_table(settings, tree, where)
    if len(name) > _NAME_LENGTH:
        raise ConfigurationError(
            "assignment.long_name", where=settings.source.place(*where), got=shorten(name), most=_NAME_LENGTH
        )
    said = {key: [value] if key == "rotation" and isinstance(value, str) else value for key, value in tree.items()}
    read = RuleSettings(**dict(table_values(settings, RuleSettings, said, where)))
    for rotation in read.rotation:
        if rotation not in rotations:
            raise unknown(settings, "assignment.unknown_rotation", rotation, rotations, (*where, "rotation"))
    targets = (
        *([Target(user=read.user.lower())] if read.user else []),
        *(Target(rotation=one) for one in read.rotation),
        *([Target(team=read.team)] if read.team else []),
    )
    if not targets:
        raise ConfigurationError("assignment.no_target", where=settings.source.place(*where), name=name)
    if read.where is None:
        return AssignmentRule(name=name, holds=_always, targets=targets)
    try:
        return AssignmentRule(name=name, holds=conditions.test(read.where), targets=targets, written=read.where)
    except (ExpressionError, FieldError) as error:
        place, shown = settings.source.place(*where, "where"), shorten(read.where, _LONG)
        raise ConfigurationError("assignment.bad_condition", where=place, name=name, got=shown, reason=error) from error


def _always(_: NewLead) -> bool:
    return True
