"""
The channel `mail`: one message of mail, from a person or from a portal.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.mail.channel import CHANNEL

    return [CHANNEL]
