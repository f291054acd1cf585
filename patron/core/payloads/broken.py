"""
One of many that can't be read: it waits alone in quarantine, with what is wrong with it, and the others come in.
"""

from collections.abc import Iterable, Sequence

from patron.core.payloads.keys import key_of_parts
from patron.core.records.intake import Envelope, Unreadable
from patron.core.records.reason import Reason


def broken_envelope(reason: str, *said: str) -> Envelope:
    """
    Return the envelope of a record that can't be read.

    Args:
        reason: what is wrong with it, and where it stands, as `Unreadable` says it.
        said: what stands there, by which it is known when it comes again, in whatever else it comes.
    """
    return Envelope(key="broken:" + key_of_parts(*said), broken=reason)


def aside_envelope(reason: Reason, *said: str) -> Envelope:
    """
    Return the envelope of what is no sign of interest of anybody, beside others that are.

    Args:
        reason: what it is, as `Unreadable` says it.
        said: what stands there, by which it is known when it comes again; by default what the reason names.
    """
    return Envelope(key="aside:" + key_of_parts(*(said or map(str, reason.details.values()))), aside=reason)


def with_broken(found: Iterable[Envelope], broken: Iterable[Envelope]) -> Sequence[Envelope]:
    """
    Return envelopes, behind them those that can't be read, each once.

    Raises:
        Unreadable: there are none but these, so that nothing is known of the whole; the first says why.
    """
    good, bad = list(found), list({one.key: one for one in broken}.values())
    if bad and not good:
        raise Unreadable(bad[0].broken)
    return [*good, *bad]
