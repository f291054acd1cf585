"""
Rights as predicates: which rows of a noun an actor's scope reaches.

What a user owns is a lead, a customer or a task; interactions, orders, needs and identities hang on these. A noun that nobody
owns is reached by the scope `all` alone.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Table, exists, false, or_, select, true

from patron.core.access import Actor, Scope
from patron.core.i18n import Catalogue, Worded
from patron.core.store.tables import TABLES

Predicate = ColumnElement[bool]

_LEADS, _CUSTOMERS, _USERS = TABLES["lead"], TABLES["customer"], TABLES["user"]


def within(scope: Scope, actor: Actor, noun: str, table: Table | None = None) -> Predicate:
    """Return the predicate of the rows of *noun* that *scope* reaches for *actor*; *table* is an alias of the noun's table."""
    if scope is Scope.ALL:
        return true()
    rule = _RULES.get(noun)
    if scope is Scope.NONE or rule is None or actor.user_id is None:
        return false()
    return rule(scope, actor, TABLES[noun] if table is None else table)


@attrs.frozen
class Hanging:
    """
    On what the rows of a plugin's table hang: whoever reaches that record reaches them.

    Attributes:
        noun: of which kind it is, `customer` or `lead` for example.
        column: the column that has its id.
    """

    noun: str
    column: str


_HANGING, _CALLED = "patron.hanging", "patron.called"


def hangs_on(noun: str, column: str | None = None) -> dict[Any, Any]:
    """Return the `info` of a table whose rows hang on a record of *noun*; *column* has its id, `NOUN_id` by default."""
    return {_HANGING: Hanging(noun, column or f"{noun}_id")}


def called(catalogue: Catalogue) -> dict[Any, Any]:
    """Return the `info` of a table that people call as `resource.TABLE` of a catalogue says, where they may not do something."""
    return {_CALLED: catalogue}


def resource_of(table: Table) -> str:
    """Return the resource that the rows of a plugin's table are to the policy, with what people call it."""
    catalogue: Catalogue | None = table.info.get(_CALLED)
    return table.name if catalogue is None else Worded(table.name, partial(catalogue.find, key=f"resource.{table.name}"))


def hanging_of(table: Table) -> Hanging | None:
    """Return on what the rows of a plugin's table hang; None for one that doesn't say so."""
    found: Hanging | None = table.info.get(_HANGING)
    return found


def within_table(scope: Scope, actor: Actor, table: Table) -> Predicate:
    """
    Return the predicate of the rows of a plugin's table that *scope* reaches for *actor*.

    A table that doesn't say on what its rows hang is reached by the scope `all` alone.
    """
    if scope is Scope.ALL:
        return true()
    hanging = hanging_of(table)
    if scope is Scope.NONE or hanging is None:
        return false()
    parent: Any = TABLES[hanging.noun].alias()
    return exists().where(parent.c.id == table.c[hanging.column], within(scope, actor, hanging.noun, parent))


def _owned(scope: Scope, actor: Actor, table: Any) -> Predicate:
    mine: Predicate = table.c.owner_user_id == actor.user_id
    if scope is Scope.OWN or not actor.team_ids:
        return mine
    teams = sorted(actor.team_ids)
    users = select(_USERS.c.id).where(_USERS.c.team_id.in_(teams))
    return or_(mine, table.c.owner_team_id.in_(teams), table.c.owner_user_id.in_(users))


def _customer(scope: Scope, actor: Actor, table: Any) -> Predicate:
    lead = _LEADS.alias()
    through_lead = exists().where(lead.c.customer_id == table.c.id, _owned(scope, actor, lead))
    return or_(_owned(scope, actor, table), through_lead)


def _of_customer(scope: Scope, actor: Actor, table: Any) -> Predicate:
    customer = _CUSTOMERS.alias()
    return exists().where(customer.c.id == table.c.customer_id, _customer(scope, actor, customer))


def _interaction(scope: Scope, actor: Actor, table: Any) -> Predicate:
    return or_(table.c.user_id == actor.user_id, _of_customer(scope, actor, table))


def _identity(scope: Scope, actor: Actor, table: Any) -> Predicate:
    link = TABLES["identity_link"].alias()
    return exists().where(link.c.identity_id == table.c.id, _of_customer(scope, actor, link))


def _batch(scope: Scope, actor: Actor, table: Any) -> Predicate:
    mine: Predicate = table.c.user_id == actor.user_id
    return mine


_RULES: Mapping[str, Callable[[Scope, Actor, Any], Predicate]] = MappingProxyType(
    {
        "lead": _owned,
        "task": _owned,
        "customer": _customer,
        "interaction": _interaction,
        "need": _of_customer,
        "consent": _of_customer,
        "order": _of_customer,
        "order_line": _of_customer,
        "identity_link": _of_customer,
        "identity": _identity,
        "batch": _batch,
        "score": _of_customer,
    }
)
