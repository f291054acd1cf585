"""
The channel `unsubscribe`: the link of a letter by which somebody says that they want no more.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.unsubscribe.channel import CHANNEL

    return [CHANNEL]
