"""
The channel `meta`: lead ads of Meta, which tell that there is a lead first and what it says when it is fetched.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.meta.channel import CHANNEL

    return [CHANNEL]
