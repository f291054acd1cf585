"""
What is kept of a delivery: everything but the secrets that came with it.
"""

from collections.abc import Mapping

import attrs

from patron.core.errors import PluginError
from patron.core.host import failure
from patron.core.intake.connections import Opened
from patron.core.names import BLOT, blotted
from patron.core.records.intake import Delivery, OptionKind

_SIGNS_IN = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers that are secrets, whatever stands in them."""


def redacted(opened: Opened, delivery: Delivery) -> Delivery:
    """
    Return a delivery without its secrets: those of the connection in headers, query and address, and what the channel blots out
    of the bytes.

    Raises:
        PluginError: the channel can't do its part.
    """
    secrets = secrets_of(opened)
    headers = {name: BLOT if name in _SIGNS_IN else blotted(value, secrets) for name, value in delivery.headers.items()}
    body = delivery.body
    if opened.channel.redact is not None:
        try:
            body = opened.channel.redact(body)
        except Exception as error:
            raise failed(opened, error) from error
    query: Mapping[str, str] = {name: blotted(value, secrets) for name, value in delivery.query.items()}
    return attrs.evolve(delivery, body=body, headers=headers, query=query, url=blotted(delivery.url, secrets))


def secrets_of(opened: Opened) -> list[str]:
    """Return the secrets of a connection, each of several that stand together by itself too."""
    options = opened.connection.options
    found: list[str] = []
    for option in opened.channel.options:
        if option.kind is OptionKind.SECRET and options.get(option.name):
            secret = str(options[option.name])
            found += [secret, *secret.split()] if option.several else [secret]
    return [*found, opened.connection.bearer] if opened.connection.bearer else found


def failed(opened: Opened, error: Exception) -> PluginError:
    """Return the error for a channel that raised what it should not, without the secrets of the connection."""
    secrets = secrets_of(opened)
    return failure(opened.plugin, f"channel {opened.channel.code}", error, lambda text: blotted(text, secrets))
