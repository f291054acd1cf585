"""
What passes between the assignment of new leads and whoever decides where one goes: the records behind the hook `lead_assigners`.

An assigner says where a lead shall go: to a user, in turn to the members of a rotation, to a team. Whose turn it is, who is on
duty and who has too much already is the business of the assignment, which holds the rotations while it decides.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

_NONE: Mapping[str, Any] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Target:
    """
    Where a lead may go; exactly one of the three is said.

    Attributes:
        user: a login.
        rotation: the name of a rotation, whose member goes next.
        team: a team's code; the lead then waits there for somebody.
    """

    user: str | None = None
    rotation: str | None = None
    team: str | None = None

    @property
    def name(self) -> str:
        """What is called so: the user, the rotation or the team."""
        return self.user or self.rotation or self.team or ""


@attrs.frozen(kw_only=True)
class Routing:
    """
    Where a lead shall go.

    Attributes:
        targets: tried one after the other; where none can take it, it stays with the department of its source.
        rule: what decided, in a word that people know: the name of a rule.
    """

    targets: tuple[Target, ...]
    rule: str


@attrs.frozen(kw_only=True)
class Candidate:
    """
    A member of a rotation, at the moment at which a lead comes.

    Attributes:
        user_id: the user.
        login: what the user is called.
        seniority: the rank; a higher number is more senior.
        open_leads: how many leads the user pursues.
        quota: how many the user may; None for any number.
        hindrance: why the user can't take one now, a code; None where nothing is in the way.
    """

    user_id: int
    login: str
    seniority: int = 0
    open_leads: int = 0
    quota: int | None = None
    hindrance: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class NewLead:
    """
    A lead that is about to be stored, and nobody's yet.

    Attributes:
        lead: field → value, as a `Lead` has them; fields without a value may lack, extension fields stand in `ext`.
        customer: the same of its customer; without `id` where the customer is new, too.
        source_family: the family of the lead's source; None where it has none.
        campaign: the code of the lead's campaign.
        rules: those of the configuration, in their order.
        candidates: returns the members of a rotation in the order of their turns; none where there is no such rotation.
    """

    lead: Mapping[str, Any]
    customer: Mapping[str, Any] = _NONE
    source_family: str | None = None
    campaign: str | None = None
    rules: "tuple[AssignmentRule, ...]" = ()
    candidates: Callable[[str], tuple[Candidate, ...]] = lambda _: ()


@attrs.frozen(kw_only=True, eq=False)
class AssignmentRule:
    """
    A rule of the configuration.

    Attributes:
        name: what it is called there.
        holds: whether it is about a lead.
        targets: where such a lead goes.
        written: its condition as it was written; empty for a rule about all leads.
    """

    name: str
    holds: Callable[[NewLead], bool]
    targets: tuple[Target, ...]
    written: str = ""


@attrs.frozen(kw_only=True, eq=False)
class LeadAssigner:
    """
    Decides where new leads go.

    Attributes:
        code: what it is called; unique over all plugins.
        decide: returns where a lead shall go, None to leave that to the next assigner.
        order: its place among all assigners, the smallest first.
    """

    code: str
    decide: Callable[[NewLead], Routing | None]
    order: int = 100
