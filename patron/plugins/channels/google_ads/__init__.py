"""
The channel `google_ads`: lead forms of Google Ads, as its webhook posts them.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.google_ads.channel import CHANNEL

    return [CHANNEL]
