"""
The channel `adf`: Auto-lead Data Format 1.0, the XML by which car portals and makers hand leads to dealers.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.adf.channel import CHANNEL

    return [CHANNEL]
