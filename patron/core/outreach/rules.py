"""
What the house says about reaching out: the table `[outreach]` of the settings, and what channels and kinds of tasks tell.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.clock import instant_of
from patron.core.config.settings import OutreachSettings
from patron.core.errors import ConfigurationError
from patron.core.names import listed, shorten
from patron.core.nouns import Task, Vocabulary
from patron.core.session import Session

SALES = "sales"
"""For what somebody is contacted where nobody said."""


@attrs.frozen(kw_only=True)
class Rules:
    """
    The rules of one installation.

    Attributes:
        settings: what the house says.
        vocabulary: the codes, and what they tell.
        zone: of hours of the day.
    """

    settings: OutreachSettings
    vocabulary: Vocabulary
    zone: ZoneInfo

    def schemes(self, channel: str) -> tuple[str, ...]:
        """Return the schemes of identities by which a channel reaches somebody; none where it needs no identity."""
        return tuple(self._about(channel).get("schemes", ()))

    def field(self, channel: str) -> str | None:
        """Return the field of the customer that says where a channel reaches them."""
        return self._about(channel).get("field")

    def disturbs(self, channel: str) -> bool:
        """Say whether a contact by a channel comes at an hour of our choosing."""
        return bool(self._about(channel).get("disturbs"))

    def reaches_out(self, channel: str) -> bool:
        """Say whether we go to somebody by a channel; by the others they come to us, or others go for us."""
        return bool(self.schemes(channel) or self.field(channel) or self.disturbs(channel))

    def contacts(self, purpose: str) -> bool:
        """Say whether customers are contacted for a purpose; some are only about what is done with what they said."""
        return self.vocabulary.attributes("purpose", purpose).get("contacts", True) is not False

    def is_owed(self, purpose: str) -> bool:
        """Say whether we owe it to the customer to tell them, so that only their refusal stops us, and no mere dislike."""
        return purpose in self.settings.owed

    def needs_consent(self, purpose: str) -> bool:
        """Say whether customers must have said yes before they are contacted for a purpose."""
        return purpose in self.settings.needs_consent

    def channel_of(self, task: Task) -> str | None:
        """Return by what means a task is done; None where it is no matter."""
        return task.channel or self._kind(task).get("channel")

    def purpose_of(self, task: Task) -> str:
        """Return for what the customer of a task is contacted."""
        return task.purpose or self._kind(task).get("purpose") or SALES

    def loud_again(self, at: datetime) -> datetime | None:
        """Return when customers may be disturbed again, where a time lies in the quiet hours; None where it doesn't."""
        begin, end = self.settings.quiet_from, self.settings.quiet_until
        if begin is None or end is None or begin == end:
            return None
        local = at.astimezone(self.zone)
        if not (begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end):
            return None
        day = local.date() + timedelta(days=local.hour >= end)
        return instant_of(datetime(day.year, day.month, day.day, end), self.zone)  # noqa: DTZ001  # the zone follows

    def suits(self, best_times: tuple[str, ...], at: datetime) -> bool:
        """Say whether a time is in one of the parts of the day that suit somebody; any is, where they named none."""
        hour = at.astimezone(self.zone).hour
        parts = [self.vocabulary.attributes("day_part", code) for code in best_times]
        return not parts or any(_hour(part, "from", 0) <= hour < _hour(part, "until", 24) for part in parts)

    def _about(self, channel: str) -> Mapping[str, Any]:
        return self.vocabulary.attributes("contact_channel", channel)

    def _kind(self, task: Task) -> Mapping[str, Any]:
        return self.vocabulary.attributes("task_kind", task.kind)


def rules_of(session: Session) -> Rules:
    """
    Return the rules of an installation.

    Raises:
        ConfigurationError: the settings name a channel or a purpose that doesn't exist.
    """
    settings, vocabulary = session.settings.outreach, session.records.vocabulary
    for key, codes in (("channels", "contact_channel"), ("owed", "purpose"), ("needs_consent", "purpose")):
        known = vocabulary.codes[codes]
        for code in getattr(settings, key):
            if code not in known:
                where = session.settings.source.place("outreach", key)
                raise ConfigurationError(
                    "outreach.no_code", where=where, key=f"outreach.{key}", got=shorten(code), known=listed(known)
                )
    return Rules(settings=settings, vocabulary=vocabulary, zone=ZoneInfo(session.settings.timezone))


def _hour(part: Mapping[str, object], name: str, default: int) -> int:
    found = part.get(name, default)
    return found if isinstance(found, int) else default
