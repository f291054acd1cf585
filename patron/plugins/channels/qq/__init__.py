"""
The channel `qq`: what people write to a QQ bot.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.qq.channel import CHANNEL

    return [CHANNEL]
