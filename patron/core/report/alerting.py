"""
What somebody who looks after others should know of today: numbers over fact views that should be nought, and are not.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from patron.core.access import Action, Scope
from patron.core.clock import instant_of
from patron.core.nouns.criterion import Condition, Criterion, Operator
from patron.core.report.asking import ReportQuery, scope_of
from patron.core.report.views import view_facts
from patron.core.store.views import Sum

if TYPE_CHECKING:
    from patron.core.host import Owned
    from patron.core.records import Alert
    from patron.core.session import Session
    from patron.core.store.views import BoundView

_QUERY = ReportQuery(name="alerts", latest="1d")
_BEYOND = (Scope.TEAM, Scope.ALL)


def alerts_raised(session: Session) -> tuple[str, ...]:
    """
    Return what is to be known, in words, of what the actor may see beyond their own; nothing where all is well.

    Raises:
        PluginError: an alert or a view failed.
        StoreError: the database can't be read.
    """
    owned = session.host.alerts()
    if not owned:
        return ()
    scope = scope_of(session, _QUERY)
    with session.read() as reader:
        facts = view_facts(session, reader, scope, sorted({one.item.amount.view for one in owned}))
        said = []
        for one in owned:
            fact = facts.get(one.item.amount.view)
            if fact is None or fact.denied is not None:
                continue
            view: Any = fact.value
            if reader.policy.scope(reader.actor, Action.READ, view.view.noun) in _BEYOND:
                count = _count(session, view, one)
                said += [_said(session, one, count)] if count else []
    return tuple(said)


def _count(session: Session, view: BoundView, owned: Owned[Alert]) -> int:
    amount, zone = owned.item.amount, ZoneInfo(session.settings.timezone)
    where: list[Condition] = []
    if amount.at is not None:
        day = session.clock.today(session.settings.timezone) - timedelta(days=owned.item.days - 1)
        where.append(Criterion(amount.at, Operator.AT_LEAST, instant_of(datetime.combine(day, time()), zone)))
    with session.host.blame(owned.plugin, f'Alert(code="{owned.item.code}")'):
        return view.grouped([Sum(function=amount.function, column=amount.column, where=amount.where)], (), where)[()][0]


def _said(session: Session, owned: Owned[Alert], count: int) -> str:
    alert = owned.item
    command = f"patron report show {alert.report} --last {alert.days}d"
    return session.t.within(owned.catalogue)(f"alert.{alert.code}", count=count, days=alert.days, command=command)
