"""
Whether a channel compares secrets and signatures in constant time: `==` answers the sooner the earlier two texts differ, so that
whoever measures it finds a signature letter by letter.

No clock is needed to see it: what a channel is given are texts that notice being compared, and stay such when they are cut, split
or encoded. What was decoded from one (hexadecimal digits, Base64), and what stands in the body, is not seen.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from patron.core.records.intake import Channel, Connection, Delivery
from patron.testing.checks import require

_SIGNED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/=_.-]{16,}")
"""What may be a signature in a head; a secret is one whatever it looks like."""
_KEPT = ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "lower", "upper", "replace", "split", "rsplit", "partition")
_Notice = Callable[[str], None]


class _Text(str):  # noqa: SLOT000  # it carries who notices
    """A text that notices that it is equal to something it was compared with; so does what is made of it."""

    notice: _Notice
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        same = str.__eq__(self, other) is True
        if same:
            _notice(str(self), self, other)
        return same

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __getitem__(self, place: Any) -> str:
        return _noticing(super().__getitem__(place), self.notice)  # type: ignore[no-any-return]

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return _noticing(super().encode(encoding, errors), self.notice)  # type: ignore[no-any-return]


class _Bytes(bytes):
    """Bytes that do."""

    notice: _Notice
    __hash__ = bytes.__hash__

    def __eq__(self, other: object) -> bool:
        same = bytes.__eq__(self, other) is True
        if same:
            _notice(self.decode("utf-8", "replace"), self, other)
        return same

    def __ne__(self, other: object) -> bool:
        return not self == other


def _notice(text: str, *compared: object) -> None:
    for one in compared:
        if isinstance(one, _Text | _Bytes):
            one.notice(text)


def _noticing(value: Any, notice: _Notice) -> Any:
    """Return a text, bytes, or several of them, that notice being compared."""
    if isinstance(value, list | tuple):
        return type(value)(_noticing(one, notice) for one in value)
    made = _Text(value) if isinstance(value, str) else _Bytes(value)
    made.notice = notice
    return made


def _keeping(name: str) -> Callable[..., Any]:
    return lambda self, *args, **named: _noticing(getattr(str, name)(self, *args, **named), self.notice)


for _name in _KEPT:
    setattr(_Text, _name, _keeping(_name))


def check_comparing(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check that `verify` compares by `==` neither a secret nor what may be a signature in an authentic head.

    Raises:
        AssertionError: it does.
    """
    secrets = {option.name for option in channel.options if option.kind.value == "secret"}
    known = frozenset(_texts([value for name, value in connection.options.items() if name not in secrets]))
    found: list[str] = []

    def signature(text: str) -> None:
        if _SIGNED.fullmatch(text) and text not in known:
            found.append("a header or a parameter")

    def secret(text: str) -> None:
        if text:
            found.append("a secret")

    options = {
        name: _noticing(value, secret) if name in secrets and isinstance(value, str) else value
        for name, value in connection.options.items()
    }
    head: dict[str, Any] = {
        what: {name: _noticing(value, signature) for name, value in getattr(delivery, what).items()}
        for what in ("headers", "query")
    }
    channel.verify(attrs.evolve(delivery, **head), attrs.evolve(connection, options=options))
    advice = "whoever measures that finds it letter by letter; take `patron.same_secret` or `patron.signed_by`"
    require(not found, f"sample {number}: verify compares {', '.join(dict.fromkeys(found))} by ==: {advice}")


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, Iterable):
        for one in [*said, *said.values()] if isinstance(said, Mapping) else said:
            yield from _texts(one)
