"""
Connections: how a channel is set up here, read from `[intake.NAME]` of patron.toml and checked against the channel's options.

A connection that is not configured is the channel by itself, under the channel's code. The value of a secret option `token` is
never written in the file: `token_env` names a variable of the environment, `token_file` a file.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from patron.core.errors import ConfigurationError, UsageError
from patron.core.host import Owned
from patron.core.i18n import LANGUAGES, Catalogue
from patron.core.intake.options import Table
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records.intake import Channel, ChannelOption, Connection, OptionKind
from patron.core.session import Session

_BEARER = ChannelOption(name="bearer", kind=OptionKind.SECRET)
_COMMON = (
    *("channel", "source", "joins", "deadline", "per_address", "per_minute"),
    *("most_envelopes", "most_awaited", "most_bytes", "again"),
)
_DEADLINE = 60
"""Seconds for which a provider is asked at a time, where the connection says nothing."""
_MOST = 10_000
"""Envelopes of one delivery, where the connection says nothing."""
_AWAITED = 1_000
"""Leads whose details one errand asks for, where the connection says nothing."""
_BY_MAIL = "mail"


@attrs.frozen(kw_only=True)
class Opened:
    """
    A connection with its channel.

    Attributes:
        connection: as configured.
        channel: what reads its deliveries.
        plugin: whose channel it is.
        catalogue: the plugin's words.
        inside: the channels that read what is inside its deliveries, each set up as it is by itself.
    """

    connection: Connection
    channel: Channel
    plugin: str
    catalogue: Catalogue
    inside: "tuple[Opened, ...]" = ()


def open_connection(session: Session, name: str, environ: Mapping[str, str] | None = None) -> Opened:
    """
    Return a connection by its name, or by the code of a channel that needs no setting.

    Args:
        session: the session.
        name: the name of a table `[intake.NAME]`, or a channel's code.
        environ: where secrets are; the process's environment by default.

    Raises:
        UsageError: there is neither a connection nor a channel of this name.
        ConfigurationError: its table is wrong, or secrets are missing, all of which are told at once.
    """
    tables = session.settings.intake
    channels = {owned.item.code: owned for owned in session.host.channels()}
    if name not in tables and name not in channels:
        _refuse_switched_off(session, name, f"[intake.{shorten(name)}]")
        known = sorted({*tables, *channels})
        near = nearest(name, known, cutoff=ALIKE)
        raise UsageError(
            "intake.no_connection_near" if near else "intake.no_connection", name=shorten(name), nearest=near, known=listed(known)
        )
    table = Table(name=name, said=tables.get(name, {}), settings=session.settings if name in tables else None)
    code = table.said.get("channel", name)
    if code not in channels:
        _refuse_switched_off(session, str(code), table.place("channel"))
        if "channel" not in table.said:
            raise ConfigurationError(
                "intake.names_no_channel", where=table.place(), name=shorten(name), known=listed(sorted(channels))
            )
        where = table.place("channel")
        raise ConfigurationError("intake.no_channel", where=where, got=shorten(code), known=listed(sorted(channels)))
    opened = _opened(session, table, channels[code], os.environ if environ is None else environ)
    return opened if opened.channel.unwrap is None else attrs.evolve(opened, inside=tuple(_inside(opened, channels.values())))


def _refuse_switched_off(session: Session, code: str, where: str) -> None:
    """Refuse a channel that there would be, were its plugin switched on; its title is told without asking it."""
    for plugin in session.host.switched_off("channels"):
        words = session.host.catalogue(plugin)
        if words is not None and words.find(LANGUAGES[0], f"channel.{code}") is not None:
            raise ConfigurationError("intake.channel_off", where=where, got=shorten(code), plugin=plugin)


def _inside(opened: Opened, channels: Iterable[Owned[Channel]]) -> Iterator[Opened]:
    """Yield the channels that read what comes by mail, as guests of a connection that does."""
    for owned in channels:
        channel = owned.item
        if _BY_MAIL in channel.transports and channel.unwrap is None:
            options = MappingProxyType({option.name: option.default for option in channel.options})
            connection = attrs.evolve(opened.connection, options=options)
            yield Opened(connection=connection, channel=channel, plugin=owned.plugin, catalogue=owned.catalogue)


def _opened(session: Session, table: Table, owned: Owned[Channel], environ: Mapping[str, str]) -> Opened:
    channel = owned.item
    options = {option.name: option for option in channel.options}
    table.check_keys((*channel.options, _BEARER), _COMMON)
    values = table.values((*channel.options, _BEARER), environ, session.t.lang)
    connection = Connection(
        name=table.name,
        source=_source(session, table),
        options=MappingProxyType({key: values[key] for key in options}),
        zone=session.settings.timezone,
        joins=table.value(ChannelOption(name="joins", kind=OptionKind.TRUTH, default=channel.joins)),
        seconds=table.value(ChannelOption(name="deadline", kind=OptionKind.INTEGER, default=_DEADLINE, least=1)),
        bearer=values[_BEARER.name],
        most_envelopes=table.value(ChannelOption(name="most_envelopes", kind=OptionKind.INTEGER, default=_MOST, least=1)),
        **{
            name: table.value(ChannelOption(name=name, kind=OptionKind.INTEGER, default=getattr(channel, name), least=0))
            for name in ("per_address", "per_minute")
        },
        again=table.value(ChannelOption(name="again", kind=OptionKind.INTEGER, default=channel.recurs, least=0)),
        most_awaited=table.value(ChannelOption(name="most_awaited", kind=OptionKind.INTEGER, default=_AWAITED, least=1)),
    )
    if "most_bytes" not in options:  # a channel may have one of its own, as mail has
        most = ChannelOption(name="most_bytes", kind=OptionKind.INTEGER, default=channel.most_bytes, least=1)
        channel = attrs.evolve(channel, most_bytes=table.value(most))
    return Opened(connection=connection, channel=channel, plugin=owned.plugin, catalogue=owned.catalogue)


def _source(session: Session, table: Table) -> str | None:
    code, known = table.said.get("source"), session.records.vocabulary.codes["source"]
    if code is not None and code not in known:
        raise ConfigurationError("intake.no_source", where=table.place("source"), got=shorten(code), known=listed(known))
    return str(code) if code is not None else None
