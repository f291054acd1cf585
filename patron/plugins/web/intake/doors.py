"""
Which connections are open to the network.

A connection of `[intake.NAME]` is, where its channel comes by HTTP and can tell who sends, or its deliveries show a token. Any
other (one of ADF) takes anything from anybody, so it is served only where `serve.anybody` names it; so is a channel by its code,
which has no connection to keep its secret. Where the channel says that a token is needed, there is no way around it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from patron.core.errors import ConfigurationError
from patron.core.i18n import CORE, Catalogue
from patron.core.intake import Opened, open_connection
from patron.core.names import shorten
from patron.core.session import Session

HTTP = "http"
WORDS = Catalogue(Path(__file__).parents[1] / "locale", CORE)


@attrs.frozen(kw_only=True)
class Doors:
    """
    The connections of an installation, as the network sees them.

    Attributes:
        served: name → the connection.
        closed: names of connections that come by HTTP and are not served, for nobody could be told from anybody.
        tokenless: the same of channels that are served with a token and in no other way.
    """

    served: Mapping[str, Opened]
    closed: tuple[str, ...]
    tokenless: tuple[str, ...] = ()


def _knows(opened: Opened) -> bool:
    """Return whether a connection can tell who sends: its channel can by itself, or its deliveries show a token."""
    return opened.connection.bearer is not None or (opened.channel.authenticates and not opened.channel.needs_bearer)


def doors_of(session: Session) -> Doors:
    """
    Return which connections are served.

    Raises:
        UsageError: `serve.anybody` names neither a connection nor a channel.
        ConfigurationError: connections are set up wrongly, or lack a secret, all of which is told at once; or `serve.anybody`
            names one that does not come by HTTP, or is open to nobody without a token.
    """
    anybody = session.settings.serve.anybody
    opened = _opened(session, dict.fromkeys([*session.settings.intake, *anybody]))
    reachable = {name: one for name, one in opened.items() if HTTP in one.channel.transports}
    for name in anybody:
        if name not in reachable:
            raise ConfigurationError("serve.not_http", catalogue=WORDS, where=_place(session), name=shorten(name))
        if reachable[name].channel.needs_bearer and not _knows(reachable[name]):
            raise ConfigurationError("serve.needs_bearer", catalogue=WORDS, where=_place(session), name=shorten(name))
    served = {name: one for name, one in reachable.items() if name in anybody or _knows(one)}
    closed = {name: one.channel.needs_bearer for name, one in reachable.items() if name not in served}
    return Doors(
        served=served,
        closed=tuple(name for name, strict in closed.items() if not strict),
        tokenless=tuple(name for name, strict in closed.items() if strict),
    )


def _place(session: Session) -> str:
    return session.settings.source.place("serve", "anybody")


def _opened(session: Session, names: Iterable[str]) -> dict[str, Opened]:
    """Return connections; what is wrong with several is told at once, for whoever mends one would start in vain."""
    opened: dict[str, Opened] = {}
    problems: list[ConfigurationError] = []
    for name in names:
        try:
            opened[name] = open_connection(session, name)
        except ConfigurationError as error:
            problems.append(error)
    if len(problems) > 1:
        said = "\n".join(f"- {one.message(session.t.lang)}" for one in problems)
        raise ConfigurationError("serve.several_wrong", catalogue=WORDS, count=len(problems), problems=said)
    if problems:
        raise problems[0]
    return opened
