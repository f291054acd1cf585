"""
What a channel is sent to its provider for; it goes from process to process.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from types import MappingProxyType

import attrs

from patron.core.errors import PluginError
from patron.core.host import failure
from patron.core.names import blotted
from patron.core.records.intake import Connection, Delivery
from patron.core.records.polling import Fetched, Network


@attrs.frozen(kw_only=True)
class Errand:
    """
    What a channel is sent for.

    Attributes:
        plugin: whose channel it is.
        called: what it is called in complaints.
        ask: `fetch` or `complete` of the channel.
        about: the cursor, or the numbers of leads.
        connection: as configured, secrets in plain.
        now: when it begins.
        seconds: for how long it may go on.
        secrets: of the connection; they are told nobody.
    """

    plugin: str
    called: str
    ask: Callable[..., Iterator[Fetched]]
    about: str | tuple[str, ...]
    connection: Connection
    now: datetime
    seconds: int
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)

    def parts(self, network: Network) -> Iterator[Fetched]:
        """
        Yield what the channel fetches, in a form that goes from process to process.

        Raises:
            Unavailable: its provider can't be asked.
        """
        options = MappingProxyType(dict(self.connection.options))
        for part in self.ask(self.about, attrs.evolve(self.connection, options=options), network):
            yield attrs.evolve(part, deliveries=tuple(map(_plain, part.deliveries)))

    def failure(self, error: Exception) -> PluginError:
        """Return the error for a channel that raised what it should not, without the secrets of the connection."""
        return failure(self.plugin, self.called, error, lambda text: blotted(text, self.secrets))


def _plain(delivery: Delivery) -> Delivery:
    return attrs.evolve(delivery, headers=dict(delivery.headers), query=dict(delivery.query))
