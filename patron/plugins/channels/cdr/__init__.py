"""
The channel `cdr`: call records of a telephone system, as Asterisk writes them.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.cdr.channel import CHANNEL

    return [CHANNEL]
