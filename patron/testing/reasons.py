"""
Whether what a channel says against a delivery, and what it remarks on one, has words in every language that its plugin speaks.
"""

from collections.abc import Sequence
from functools import wraps
from string import Formatter

import attrs

from patron.core.host import Plugin
from patron.core.i18n import CORE
from patron.core.message import is_key
from patron.core.records.intake import Channel, Connection, Delivery, Envelope, Unreadable
from patron.core.records.reason import Reason, details_of
from patron.testing.checks import require


class Reasons:
    """
    Hears what a channel says while it is checked.

    Args:
        plugin: whose channel it is; one that names no languages may say anything, which is quoted as it is.
    """

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._languages = plugin.manifest.languages if plugin.manifest else ()
        self._said: dict[str, str] = {}

    def heard(self, channel: Channel) -> Channel:
        """Return the channel, whose reasons are heard from now on."""

        @wraps(channel.parse)
        def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
            try:
                found = channel.parse(delivery, connection)
            except Unreadable as error:
                self._hear(error.reason)
                raise
            if isinstance(found, list | tuple):
                broken = (one.broken or one.aside for one in found if isinstance(one, Envelope))
                told = (
                    remark for one in found if isinstance(one, Envelope) for remark in one.remarks if isinstance(remark, Reason)
                )
                for reason in (*broken, *told):
                    self._hear(reason)
            return found

        @wraps(channel.verify)
        def verify(delivery: Delivery, connection: Connection) -> str:
            reason = channel.verify(delivery, connection)
            self._hear(reason)
            return reason

        return attrs.evolve(channel, parse=parse, verify=verify if channel.authenticates else channel.verify)

    def _hear(self, reason: str) -> None:
        """Note a reason, and those that it names."""
        if reason:
            self._said[str(reason)] = reason
        for value in details_of(reason).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Reason):
                    self._hear(one)

    def check(self) -> None:
        """
        Check that everything that was said has words, which name nothing that is not given.

        Raises:
            AssertionError: something has none.
        """
        for lang in self._languages:
            for key, reason in self._said.items():
                section, _, rest = key.partition(".")
                own = is_key(key) and self._plugin.catalogue().section(lang, section).get(rest)
                known = own or (is_key(key) and CORE.section(lang, section).get(rest))
                require(known, f"the reason {key!r} has no words in {lang}: write them into locale/{lang}/reason.toml")
                named = {name for _, name, _, _ in Formatter().parse(known or "") if name is not None}
                lacking = ", ".join(sorted(named - details_of(reason).keys()))
                require(not lacking, f"the words of {key} in {lang} name what is not given: {lacking}")
