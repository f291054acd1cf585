"""
What a customer said about being contacted, as it stands: a function of the set of all that they said, whatever the order in which
it was recorded.

Who said no may be asked again, so a later yes lifts a no; but only one that is about no more than the no was. "Yes, send me your
news" on a form leaves a STOP by text message in force, for it does not speak of text messages. Of a yes and a no of the same time
the no counts.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import attrs

from patron.core.nouns import Consent

GRANTED = "granted"
"""The decision that is a yes; every other is a no."""


class Stand(StrEnum):
    """How a customer stands to being contacted by some means for some purpose."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """They never said."""


@attrs.frozen(kw_only=True)
class Standing:
    """
    How a customer stands to being contacted, and what says so.

    Attributes:
        stand: how.
        consent: what decides it; None where nothing was said.
    """

    stand: Stand
    consent: Consent | None = None


def standing(consents: Iterable[Consent], channel: str, purpose: str, at: datetime) -> Standing:
    """
    Return how a customer stands at a time to being contacted by some means for some purpose.

    Args:
        consents: all that the customer said, in any order.
        channel: by what means.
        purpose: for what.
        at: when; what was said later does not count.
    """
    said = [one for one in consents if one.at <= at and _is_about(one, channel, purpose)]
    granted = [one for one in said if one.decision == GRANTED]
    refused = [one for one in said if one.decision != GRANTED and not any(_lifts(yes, one) for yes in granted)]
    if refused:
        return Standing(stand=Stand.REFUSED, consent=max(refused, key=_place))
    if granted:
        return Standing(stand=Stand.GRANTED, consent=max(granted, key=_place))
    return Standing(stand=Stand.UNKNOWN)


def _is_about(consent: Consent, channel: str, purpose: str) -> bool:
    return consent.channel in {None, channel} and consent.purpose in {None, purpose}


def _lifts(granted: Consent, refused: Consent) -> bool:
    """Say whether a yes takes a no back: it was said later, and of no more than the no was."""
    return granted.at > refused.at and refused.channel in {None, granted.channel} and refused.purpose in {None, granted.purpose}


def _place(consent: Consent) -> tuple[datetime, bool, bool, str, int]:
    """Return what tells the latest: of one time the most general, so that it doesn't matter which was recorded first."""
    return (consent.at, consent.channel is None, consent.purpose is None, consent.decision, consent.id)
