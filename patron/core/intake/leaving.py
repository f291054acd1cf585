"""
The way out of letters: an address of ours at which whoever gets one says that they want no more, with one click.

A connection whose channel takes that in (`Channel.unsubscribe`) makes the addresses; what is said there comes in by the same door
as everything else.
"""

from urllib.parse import quote

import attrs

from patron.core.errors import ConfigurationError
from patron.core.intake.connections import Opened, open_connection
from patron.core.names import shorten
from patron.core.records.intake import ConsentSaid, Contact
from patron.core.session import Session

_SAFE = "https://"


@attrs.frozen(kw_only=True)
class WayOut:
    """
    Makes addresses at which people say that they want no more.

    Attributes:
        session: knows whose channel it is.
        opened: the connection that takes it in.
        address: that of the connection, as the world calls it.
    """

    session: Session
    opened: Opened
    address: str

    def link(self, contact: Contact, channel: str, purpose: str) -> str:
        """
        Return the address for whom a letter goes to; the same for the same.

        Args:
            contact: by what they are written to.
            channel: by what means they want no more.
            purpose: for what.
        """
        said = ConsentSaid(decision="withdrawn", channel=channel, purpose=purpose, given_by="message")
        channel_of_it = self.opened.channel
        assert channel_of_it.unsubscribe is not None  # noqa: S101  # `way_out()` chose it by that
        with self.session.host.blame(self.opened.plugin, f"channel {channel_of_it.code}, unsubscribe"):
            return f"{self.address}?{channel_of_it.unsubscribe(contact, said, self.opened.connection)}"


def way_out(session: Session) -> WayOut | None:
    """
    Return the way out that is set up here, the first of several; None where there is none.

    Raises:
        ConfigurationError: its connection is set up wrongly, or the settings don't say how the world calls the server.
    """
    channels = {owned.item.code: owned.item for owned in session.host.channels()}
    tables = session.settings.intake
    named = ((name, channels.get(table.get("channel", name))) for name, table in tables.items())
    name = next((name for name, channel in named if channel is not None and channel.unsubscribe is not None), None)
    if name is None:
        return None
    base, place = session.settings.serve.url, session.settings.source.place("serve", "url")
    if base is None or not base.lower().startswith(_SAFE):
        raise ConfigurationError("intake.no_safe_url", where=place, connection=name, got=shorten(base or "–"))
    return WayOut(session=session, opened=open_connection(session, name), address=f"{base.rstrip('/')}/intake/{quote(name)}")
