"""
The channel `web_form`: forms on a web site of our own, with what keeps robots out.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channel."""
    from patron.plugins.channels.web_form.channel import CHANNEL

    return [CHANNEL]
