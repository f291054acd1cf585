"""
The channel `phone`: calls that somebody of us took.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.phone.channel import CHANNEL

    return [CHANNEL]
