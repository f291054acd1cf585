"""
What a table `[intake.NAME]` of patron.toml sets: options of the connection's channel, and what every connection has.

A complaint names the line of the key that it is about; that of the table where the key is lacking.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.config import Settings
from patron.core.config.secret import SECRET_ENDINGS, read_secret
from patron.core.config.values import refusal
from patron.core.errors import ConfigurationError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records.intake import ChannelOption, OptionKind

_SHORTEST_SECRET = 6
"""Characters; a shorter one is guessed, and stands by chance in much of what it is blotted out of."""


@attrs.frozen(kw_only=True)
class Table:
    """
    The table of a connection.

    Attributes:
        name: of the connection.
        said: key → value, as written.
        settings: which know where it stands; None where there is no such table, and the connection is a channel by itself.
    """

    name: str
    said: Mapping[str, Any]
    settings: Settings | None

    def place(self, key: str = "") -> str:
        """Return where a key stands, or the table, where it has no such key."""
        if self.settings is None:
            return f"[intake.{self.name}]"
        return self.settings.source.place("intake", self.name, *([key] if key in self.said else []))

    def check_keys(self, options: Sequence[ChannelOption], others: Collection[str]) -> None:
        """
        Refuse a key that nobody knows, and the value of a secret in the file.

        Args:
            options: which are known, those of secrets by where they are.
            others: keys that are known besides.

        Raises:
            ConfigurationError: there is one.
        """
        names = {one.name for one in options}
        hidden = {one.name for one in options if one.kind is OptionKind.SECRET}
        known = {*others, *(names - hidden), *(f"{one}{end}" for one in hidden for end in SECRET_ENDINGS)}
        for key in self.said:
            if key in hidden:
                raise ConfigurationError("intake.plain_secret", where=self.place(key), option=key)
            if key not in known:
                near = nearest(key, known, cutoff=ALIKE)
                raise ConfigurationError(
                    "config.unknown_key_near" if near else "config.unknown_key",
                    where=self.place(key),
                    key=shorten(key),
                    nearest=near,
                    known=listed(sorted(known)),
                )

    def values(self, options: Iterable[ChannelOption], environ: Mapping[str, str], lang: str) -> dict[str, Any]:
        """
        Return the values of options; what is wrong with several is told at once, for whoever mends one would try in vain.

        Args:
            options: which.
            environ: where secrets are.
            lang: the language of a list of what is wrong.

        Raises:
            ConfigurationError: something is wrong with one or more.
        """
        values: dict[str, Any] = {}
        problems: list[ConfigurationError] = []
        for option in options:
            try:
                values[option.name] = self.value(option, environ)
            except ConfigurationError as error:
                problems.append(error)
        if len(problems) > 1:
            said = "\n".join(f"  - {one.message(lang)}" for one in problems)
            raise ConfigurationError("intake.several_wrong", name=shorten(self.name), count=len(problems), problems=said)
        if problems:
            raise problems[0]
        return values

    def value(self, option: ChannelOption, environ: Mapping[str, str] = MappingProxyType({})) -> Any:
        """
        Return the value of an option, its default where the table says nothing.

        Raises:
            ConfigurationError: it is lacking, or none that the option can have.
        """
        value: Any = self._secret(option, environ) if option.kind is OptionKind.SECRET else self.said.get(option.name)
        where = self.place(option.name)
        if value is None:
            if option.required:
                key = "intake.lacking_secret" if option.kind is OptionKind.SECRET else "intake.lacking_option"
                raise ConfigurationError(key, where=where, option=option.name)
            return option.default
        if option.choices and value not in option.choices:
            got, known = shorten(value), listed(option.choices)
            raise ConfigurationError("intake.no_choice", where=where, option=option.name, got=got, known=known)
        if not _FITS[option.kind](value):
            raise refusal(_EXPECTED[option.kind], value, option.name, where)
        if option.least is not None and value < option.least:
            raise ConfigurationError("intake.too_small", where=where, option=option.name, got=value, least=option.least)
        return value

    def _secret(self, option: ChannelOption, environ: Mapping[str, str]) -> str | None:
        found, where = read_secret(option.name, self.said, environ, self.place)
        if found is None:
            return None
        size = min(map(len, found.split() if option.several else [found]), default=0)
        if size < _SHORTEST_SECRET:
            raise ConfigurationError("intake.short_secret", where=where, option=option.name, size=size, least=_SHORTEST_SECRET)
        return found


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
_EXPECTED: Mapping[OptionKind, str] = MappingProxyType(
    {
        OptionKind.TEXT: "text",
        OptionKind.SECRET: "text",
        OptionKind.INTEGER: "whole",
        OptionKind.TRUTH: "truth",
        OptionKind.TEXTS: "texts",
        OptionKind.TABLE: "table",
    }
)
"""What a complaint says that a value has to be."""
