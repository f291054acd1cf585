"""
Listening to calls: where the recording is, and what one thinks of the call. Nobody reviews a call of their own.
"""

from collections.abc import Sequence

import attrs
from sqlalchemy import Row

from patron import Interaction, Session, UsageError
from patron.core.nouns.criterion import among
from patron.plugins.calls.queries import add_review, drawn, require_right, reviews_of
from patron.plugins.calls.settings import settings_of
from patron.plugins.calls.tables import REVIEWS
from patron.plugins.calls.words import WORDS

_PHONE = "phone"


@attrs.frozen(kw_only=True)
class Listening:
    """
    A call that was drawn.

    Attributes:
        call: the call.
        sample: in which sample; None for one that was not kept.
        reviews: what was thought of it.
    """

    call: Interaction
    sample: int | None
    reviews: tuple[Row[tuple[object, ...]], ...] = ()


def to_listen(
    session: Session, *, sample: int | None = None, everyone: bool = False, reviewed: bool = False
) -> tuple[Listening, ...]:
    """
    Return the calls that were drawn for the actor, the latest sample first.

    Args:
        session: the session.
        sample: of that sample, whoever was to listen.
        everyone: of all that the actor may see.
        reviewed: those that were reviewed, too.

    Raises:
        DeniedError: the actor may see none.
    """
    with session.read() as reader:
        mine = None if everyone else reader.actor.user_id
        found = drawn(reader, sample=sample, reviewer=mine, every=reviewed)
        numbers = tuple(row.interaction_id for row in found)
        calls = {call.id: call for call in reader.find(Interaction, [among("id", numbers)])} if numbers else {}
        reviews = reviews_of(reader, numbers) if numbers else {}
    return tuple(
        Listening(call=calls[row.interaction_id], sample=row.sample_id, reviews=reviews.get(row.interaction_id, ()))
        for row in found
        if row.interaction_id in calls
    )


def calls_of(session: Session, numbers: Sequence[int]) -> tuple[Listening, ...]:
    """Return calls that would be drawn, in that order."""
    with session.read() as reader:
        calls = {call.id: call for call in reader.find(Interaction, [among("id", tuple(numbers))])}
    return tuple(Listening(call=calls[number], sample=None) for number in numbers)


def attach_recording(session: Session, number: int, address: str, line: str | None = None) -> Interaction:
    """
    Note where the recording of a call is, and which line it was on, and return the call.

    Raises:
        UsageError: it is no call, or what is given is the sound itself.
        NotFoundError, DeniedError, FieldError: as `UnitOfWork.update()`.
    """
    if address.strip().lower().startswith("data:"):
        raise UsageError("calls.sound", catalogue=WORDS)
    with session.write(cause="call_recording") as work:
        call = require_call(work.lock(Interaction, number))
        call = work.update(call, recording=address, phone_line=call.phone_line if line is None else line)
        work.commit()
    return call


def review_call(session: Session, number: int, score: int, note: str | None = None) -> int:
    """
    Keep what the actor thinks of a call, and return the number of the review.

    Raises:
        UsageError: it is no call, has no recording, is the actor's own, was reviewed by them, or the score is not on the scale.
        NotFoundError, DeniedError: the actor may not see it, or not review it.
    """
    scale = settings_of(session)
    if not scale.lowest_score <= score <= scale.highest_score:
        about = {"got": score, "low": scale.lowest_score, "high": scale.highest_score}
        raise UsageError("calls.off_scale", catalogue=WORDS, **about)
    with session.write(cause="call_review") as work:
        require_right(work, REVIEWS, "calls.may_not_review")
        me = work.actor.user_id
        call = require_call(work.lock(Interaction, number))
        if me is not None and call.user_id == me:
            raise UsageError("calls.own_call", catalogue=WORDS, id=number)
        if call.recording is None:
            raise UsageError("calls.no_recording", catalogue=WORDS, id=number)
        before: Sequence[Row[tuple[object, ...]]] = reviews_of(work, [number]).get(number, ())
        if any(one.reviewer_id == me for one in before):
            raise UsageError("calls.reviewed", catalogue=WORDS, id=number)
        values = {
            "interaction_id": number,
            "reviewer_id": me,
            "at": work.now,
            "score": score,
            "note": (note or "").strip() or None,
        }
        review = add_review(work, values)
        work.commit()
    return review


def require_call(contact: Interaction) -> Interaction:
    """
    Return a contact that is a call.

    Raises:
        UsageError: it is none.
    """
    if contact.channel != _PHONE:
        raise UsageError("calls.no_call", catalogue=WORDS, id=contact.id)
    return contact
