"""
What deliveries tell, read and drafted before anything of it is written: then many can be looked up at once.
"""

from collections.abc import Sequence

import attrs

from patron.core.access import DeniedError
from patron.core.crm.values import ValueReader
from patron.core.errors import PatronError, UsageError
from patron.core.i18n import Translator
from patron.core.intake.connections import Opened
from patron.core.intake.drafting import Draft, draft_of
from patron.core.intake.listing import with_keys
from patron.core.intake.reading import Read
from patron.core.intake.reasons import reason_of
from patron.core.nouns import FieldError
from patron.core.records.intake import Envelope, EnvelopeKind
from patron.core.records.reason import Reason
from patron.core.resolving import UndecidedError, UnknownError
from patron.core.store import NotFoundError, deliveries
from patron.core.store.deliveries import Kept


class BrokenError(PatronError):
    """One of several in a delivery can't be read."""


class AsideError(PatronError):
    """An envelope is no sign of interest of anybody, and nobody has to look at it."""


FOR_A_PERSON = (BrokenError, AsideError, UndecidedError, UnknownError, FieldError, UsageError, DeniedError, NotFoundError)
"""What keeps one envelope from being brought in, until somebody has mended it; anything else concerns all."""


@attrs.frozen(kw_only=True)
class Drafted:
    """
    An envelope.

    Attributes:
        envelope: as the channel read it.
        system: whose number its lead has.
        draft: what it tells, as records take it; None for a test, of which nothing comes, and for what can't be drafted.
        problem: why it can't.
    """

    envelope: Envelope
    system: str
    draft: Draft | None = None
    problem: PatronError | None = None


@attrs.frozen(kw_only=True)
class Understood:
    """
    A delivery.

    Attributes:
        kept: as it is kept.
        told: its envelopes.
        problem: why it can't be read; None where it can.
        foreign: whether it is nothing of its channel at all.
    """

    kept: Kept
    told: tuple[Drafted, ...] = ()
    problem: PatronError | None = None
    foreign: bool = False


def understand(opened: Opened, kept: Kept, found: Read, values: ValueReader, t: Translator) -> Understood:
    """
    Return what a delivery tells.

    Args:
        opened: the connection that it came in by.
        kept: the delivery.
        found: what the channel made of it.
        values: reads what people write.
        t: the words of remarks.
    """
    drafts = [
        _broken(opened, one) if one.broken or one.aside else _draft(opened, one, kept, values, t) for one in found.envelopes
    ]
    envelopes = with_keys(
        found.envelopes, [one if isinstance(one, Draft) else None for one in drafts], opened, values.reader.vocabulary
    )
    envelopes = _with_digests(envelopes, opened, kept)
    told = tuple(
        Drafted(
            envelope=one,
            system=one.system or opened.connection.name,
            draft=draft if isinstance(draft, Draft) else None,
            problem=draft if isinstance(draft, PatronError) else None,
        )
        for one, draft in zip(envelopes, drafts, strict=True)
    )
    return Understood(kept=kept, told=told, problem=found.problem, foreign=found.foreign)


def _broken(opened: Opened, envelope: Envelope) -> PatronError:
    if envelope.aside:
        return AsideError("intake.aside", reason=reason_of(opened, envelope.aside))
    return BrokenError("intake.unreadable", reason=reason_of(opened, envelope.broken))


def _with_digests(envelopes: Sequence[Envelope], opened: Opened, kept: Kept) -> tuple[Envelope, ...]:
    """
    Return envelopes, those with a key of the bytes that name themselves by a number or a time alone, or stand in a list: they say
    nothing anew when equal bytes are another delivery.
    """
    if not opened.connection.again or not kept.delivery.method:
        return tuple(envelopes)
    digest = deliveries.digest_of(kept.delivery, opened.channel.marks).hex()
    return tuple(
        attrs.evolve(one, key=f"{digest}:{place}") if not one.key and (one.native_id or one.at or one.listed) else one
        for place, one in enumerate(envelopes)
    )


def _draft(opened: Opened, envelope: Envelope, kept: Kept, values: ValueReader, t: Translator) -> Draft | PatronError | None:
    if envelope.kind is EnvelopeKind.TEST:
        return None
    if any(isinstance(one, Reason) for one in envelope.remarks):
        envelope = attrs.evolve(envelope, remarks=tuple(_in_words(opened, one, t) for one in envelope.remarks))
    try:
        return draft_of(envelope, values, kept.delivery.received_at, t)
    except FOR_A_PERSON as error:
        return error


def _in_words(opened: Opened, remark: str, t: Translator) -> str:
    """Return a remark as a person reads it: a `Reason` in words of the plugin that knows it, for one may be inside another."""
    if not isinstance(remark, Reason):
        return remark
    read_by = next((one for one in (opened, *opened.inside) if one.catalogue.find(t.lang, str(remark)) is not None), opened)
    return reason_of(read_by, remark).told(t.lang, lambda _: read_by.catalogue)
