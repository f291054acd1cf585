"""
The channel `webhook`: JSON and forms that anybody sends, signed or with a token, with a map from their names to ours.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.webhook.channel import CHANNEL

    return [CHANNEL]
