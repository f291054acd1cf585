"""
The channel `vcard`: business cards, as phones and mail programs export them.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.vcard.channel import CHANNEL

    return [CHANNEL]
