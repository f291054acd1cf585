"""
Connections: how a channel is set up here, read from `[intake.NAME]` of patron.toml and checked against the channel's options.

A connection that is not configured is the channel by itself, under the channel's code. The value of a secret option `token` is
never written in the file: `token_env` names a variable of the environment, `token_file` a file.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.errors import ConfigurationError, UsageError
from patron.core.host import Owned
from patron.core.i18n import Catalogue
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records.intake import Channel, ChannelOption, Connection, OptionKind
from patron.core.session import Session

_BEARER = ChannelOption(name="bearer", kind=OptionKind.SECRET)
_COMMON = ("channel", "source", "joins", "deadline", "per_address", "per_minute", "bearer_env", "bearer_file")
_DEADLINE = 60
"""Seconds for which a provider is asked at a time, where the connection says nothing."""
_BY_MAIL = "mail"
_SECRET_ENDINGS = ("_env", "_file")
_SHORTEST_SECRET = 6
"""Characters; a shorter one is guessed, and stands by chance in much of what it is blotted out of."""


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
        known = sorted({*tables, *channels})
        near = nearest(name, known, cutoff=ALIKE)
        raise UsageError(
            "intake.no_connection_near" if near else "intake.no_connection", name=shorten(name), nearest=near, known=listed(known)
        )
    table = tables.get(name, {})
    where = session.settings.source.place("intake", name) if name in tables else f"[intake.{name}]"
    code = table.get("channel", name)
    if code not in channels:
        if "channel" not in table:
            raise ConfigurationError("intake.names_no_channel", where=where, name=shorten(name), known=listed(sorted(channels)))
        raise ConfigurationError("intake.no_channel", where=where, got=shorten(code), known=listed(sorted(channels)))
    opened = _opened(session, name, table, channels[code], os.environ if environ is None else environ, where)
    return opened if opened.channel.unwrap is None else attrs.evolve(opened, inside=tuple(_inside(opened, channels.values())))


def _inside(opened: Opened, channels: Iterable[Owned[Channel]]) -> Iterator[Opened]:
    """Yield the channels that read what comes by mail, as guests of a connection that does."""
    for owned in channels:
        channel = owned.item
        if _BY_MAIL in channel.transports and channel.unwrap is None:
            options = MappingProxyType({option.name: option.default for option in channel.options})
            connection = attrs.evolve(opened.connection, options=options)
            yield Opened(connection=connection, channel=channel, plugin=owned.plugin, catalogue=owned.catalogue)


def _opened(
    session: Session, name: str, table: Mapping[str, Any], owned: Owned[Channel], environ: Mapping[str, str], where: str
) -> Opened:
    channel = owned.item
    options = {option.name: option for option in channel.options}
    hidden = {one.name for one in (*channel.options, _BEARER) if one.kind is OptionKind.SECRET}
    secrets = {f"{one}{end}" for one in hidden for end in _SECRET_ENDINGS}
    plain = options.keys() - hidden
    for key in table:
        if key in hidden:
            raise ConfigurationError("intake.plain_secret", where=where, option=key)
        if key not in (known := {*_COMMON, *plain, *secrets}):
            raise ConfigurationError("intake.unknown_key", where=where, key=shorten(key), known=listed(sorted(known)))
    values = _values(session, name, (*channel.options, _BEARER), table, environ, where)
    connection = Connection(
        name=name,
        source=_source(session, table.get("source"), where),
        options=MappingProxyType({key: values[key] for key in options}),
        zone=session.settings.timezone,
        joins=_typed("joins", OptionKind.TRUTH, table.get("joins", channel.joins), where),
        seconds=_count("deadline", table.get("deadline", _DEADLINE), where, least=1),
        bearer=values[_BEARER.name],
        **{one: _count(one, table.get(one, getattr(channel, one)), where, least=0) for one in ("per_address", "per_minute")},
    )
    return Opened(connection=connection, channel=channel, plugin=owned.plugin, catalogue=owned.catalogue)


def _count(name: str, value: Any, where: str, *, least: int) -> int:
    count = int(_typed(name, OptionKind.INTEGER, value, where))
    if count < least:
        raise ConfigurationError("intake.too_small", where=where, option=name, got=count, least=least)
    return count


def _source(session: Session, code: object, where: str) -> str | None:
    known = session.records.vocabulary.codes["source"]
    if code is not None and code not in known:
        raise ConfigurationError("intake.no_source", where=where, got=shorten(code), known=listed(known))
    return str(code) if code is not None else None


def _values(
    session: Session,
    name: str,
    options: Iterable[ChannelOption],
    table: Mapping[str, Any],
    environ: Mapping[str, str],
    where: str,
) -> dict[str, Any]:
    """Return the values of options; what is wrong with several is told at once, for whoever mends one would try in vain."""
    values: dict[str, Any] = {}
    problems: list[ConfigurationError] = []
    for option in options:
        try:
            values[option.name] = _value(option, table, environ, where)
        except ConfigurationError as error:
            problems.append(error)
    if len(problems) > 1:
        said = "\n".join(f"  - {one.message(session.t.lang)}" for one in problems)
        raise ConfigurationError("intake.several_wrong", name=shorten(name), count=len(problems), problems=said)
    if problems:
        raise problems[0]
    return values


def _value(option: ChannelOption, table: Mapping[str, Any], environ: Mapping[str, str], where: str) -> Any:
    value = _secret(option, table, environ, where) if option.kind is OptionKind.SECRET else table.get(option.name)
    if value is None:
        if option.required:
            key = "intake.lacking_secret" if option.kind is OptionKind.SECRET else "intake.lacking_option"
            raise ConfigurationError(key, where=where, option=option.name)
        return option.default
    if option.choices and value not in option.choices:
        got, known = shorten(value), listed(option.choices)
        raise ConfigurationError("intake.no_choice", where=where, option=option.name, got=got, known=known)
    return _typed(option.name, option.kind, value, where)


def _secret(option: ChannelOption, table: Mapping[str, Any], environ: Mapping[str, str], where: str) -> str | None:
    variable, file = (table.get(f"{option.name}{end}") for end in _SECRET_ENDINGS)
    if variable is not None:
        found = environ.get(str(variable))
        if not found:
            raise ConfigurationError("intake.no_variable", where=where, option=option.name, variable=shorten(variable))
    elif file is not None:
        found = _in_file(option.name, Path(str(file)).expanduser(), where)
    else:
        return None
    if len(found) < _SHORTEST_SECRET:
        raise ConfigurationError("intake.short_secret", where=where, option=option.name, size=len(found), least=_SHORTEST_SECRET)
    return found


def _in_file(option: str, path: Path, where: str) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("intake.open_secret", where=where, path=str(path))
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError("intake.no_secret_file", where=where, option=option, path=str(path)) from error


def _text(value: object) -> bool:
    return isinstance(value, str)


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_text, value))


def _table(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_text, value.values()))


_FITS: Mapping[OptionKind, Callable[[object], bool]] = MappingProxyType(
    {
        OptionKind.TEXT: _text,
        OptionKind.SECRET: _text,
        OptionKind.INTEGER: _integer,
        OptionKind.TRUTH: lambda value: isinstance(value, bool),
        OptionKind.TEXTS: _texts,
        OptionKind.TABLE: _table,
    }
)


def _typed(name: str, kind: OptionKind, value: Any, where: str) -> Any:
    if not _FITS[kind](value):
        raise ConfigurationError("intake.bad_option", where=where, option=name, got=shorten(value), kind=kind.value)
    return value
