"""
The channels `csv` and `xlsx`: lists of leads and of contacts that reach us by themselves, by mail, by HTTP, or as a file.
"""

from collections.abc import Sequence

from patron import Channel, hookimpl


@hookimpl
def channels() -> Sequence[Channel]:
    """Bring the channels."""
    from patron.plugins.channels.sheets.channel import CHANNELS

    return CHANNELS
