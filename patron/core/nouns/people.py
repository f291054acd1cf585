"""
Who works with the CRM: teams (departments among them) and their users.
"""

from collections.abc import Mapping
from decimal import Decimal

import attrs

from patron.core.nouns import field

OWNERS = ("owner_user_id", "owner_team_id")
"""The fields that say whose a record is; one of them has a value."""


@attrs.frozen(kw_only=True)
class Team:
    """
    A department or a team within one.

    Attributes:
        id: 0 until stored.
        version: counts changes; an edit of an older version is refused.
        code: what files and commands call it.
        name: what people call it.
        kind: `department` or `team`.
        parent_id: the team that it belongs to.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    code: str = field.text(length=64, required=True, unique=True)
    name: str = field.text(required=True)
    kind: str = field.code("team_kind", default="team")
    parent_id: int | None = field.reference("team")
    ext: Mapping[str, object] = field.extension()


@attrs.frozen(kw_only=True)
class User:
    """
    A person who works with the CRM.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        login: what commands and files call the person; lower case.
        name: what people call the person.
        roles: what the person may do is the sum of what these may.
        team_id: where the person belongs.
        seniority: rank; a higher number is more senior.
        on_duty: takes new leads now.
        active: may work at all; somebody who left keeps the record.
        cost_rate: what an hour of the person costs.
        quota: how many open leads the person may have; None for any number.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    login: str = field.text(length=64, required=True, unique=True)
    name: str = field.text(required=True, personal=True)
    roles: tuple[str, ...] = field.codes("role", tracked=True)
    team_id: int | None = field.reference("team", tracked=True)
    seniority: int = field.integer(0, 1000, default=0)
    on_duty: bool = field.truth(default=True)
    active: bool = field.truth(default=True, tracked=True)
    cost_rate: Decimal | None = field.money(restricted="pay")
    quota: int | None = field.integer(0)
    ext: Mapping[str, object] = field.extension()
