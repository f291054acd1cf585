"""
The channel `wecom`: customers whom employees add in WeCom.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.wecom.channel import CHANNEL

    return [CHANNEL]
