"""
The channel `walkin`: the reception sheet of the show room.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.walkin.channel import CHANNEL

    return [CHANNEL]
