"""
Fact views as facts of reports: which there are, from the core and from plugins, and binding them to an actor and a time.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from patron.core.access import DeniedError
from patron.core.errors import PluginError
from patron.core.host import Owned
from patron.core.i18n import CORE, Translator
from patron.core.records import FactView
from patron.core.report.facts import Fact, Facts
from patron.core.report.scope import ReportScope, describe_times
from patron.core.session import Session
from patron.core.store.reader import Reader
from patron.core.store.views import CORE_VIEWS, BoundView

_BY_CORE = ""
"""The owner of the core's views: no plugin."""

_END_OF_NAME = re.compile("[:：]")


def published_views(session: Session) -> Mapping[str, Owned[FactView]]:
    """
    Return all fact views by name.

    Raises:
        PluginError: a plugin takes a name of the core, or failed.
    """
    found = {view.name: Owned(_BY_CORE, view, CORE) for view in CORE_VIEWS}
    for owned in session.host.fact_views():
        if owned.item.name in found:
            raise PluginError("host.duplicate_view", plugin=owned.plugin, other="patron", code=owned.item.name)
        found[owned.item.name] = owned
    return MappingProxyType(found)


def view_facts(session: Session, reader: Reader, scope: ReportScope, names: Iterable[str]) -> Facts:
    """
    Return the facts of those of the named views that there are; of one that the actor has no right to, the refusal.

    Args:
        session: asked for the plugins' views.
        reader: the transaction, with its actor.
        scope: as of when.
        names: of the views; names of other facts are passed over.

    Raises:
        PluginError: the relation of a view failed.
    """
    views = published_views(session)
    return {name: _fact(session, reader, scope, views[name]) for name in dict.fromkeys(names) if name in views}


def _fact(session: Session, reader: Reader, scope: ReportScope, owned: Owned[FactView]) -> Fact:
    try:
        if owned.plugin == _BY_CORE:
            bound = BoundView(reader, owned.item, scope.times)
        else:
            with session.host.blame(owned.plugin, f'FactView(name="{owned.item.name}").relation'):
                bound = BoundView(reader, owned.item, scope.times)
    except DeniedError as error:
        return Fact(value=None, about=lambda t: "", origin=lambda t: "", denied=error)
    return Fact(value=bound, about=lambda t: _about(scope, t), origin=lambda t: _origin(owned, t))


def _origin(owned: Owned[FactView], t: Translator) -> str:
    """Return what a view is called, the beginning of what is said of it, and its version."""
    said = owned.catalogue.find(t.lang, f"views.{owned.item.name}") or owned.item.name
    return t("reports.view", name=_END_OF_NAME.split(said, maxsplit=1)[0], version=owned.item.version)


def _about(scope: ReportScope, t: Translator) -> str:
    period = scope.period
    days = t("reports.days", first=period.first, last=period.last, zone=period.zone)
    return f"{days} · {describe_times(scope, t)}"
