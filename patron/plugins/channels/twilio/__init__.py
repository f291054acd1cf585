"""
The channel `twilio`: text messages and calls by Twilio.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.twilio.channel import CHANNEL

    return [CHANNEL]
