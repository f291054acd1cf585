"""
The channel `event`: an exhibition or another event: its list of visitors, and the forms behind its codes.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.event.channel import CHANNEL

    return [CHANNEL]
