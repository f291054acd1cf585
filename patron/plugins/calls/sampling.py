"""
Drawing calls at random (R092): everybody who called in turn, so that nobody is left out for having called little.

The draw follows from the seed, the calls and nothing else: the same seed over the same calls gives the same ones, in whatever
order the database tells them and on whatever machine. What was drawn once is never drawn again.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import attrs

from patron import Reader, Session, UsageError, User
from patron.core.nouns.criterion import equal
from patron.core.report.period import Period
from patron.plugins.calls.queries import add_sample, candidates, require_right
from patron.plugins.calls.settings import settings_of
from patron.plugins.calls.tables import SAMPLES
from patron.plugins.calls.words import WORDS


@attrs.frozen(kw_only=True)
class DrawSample:
    """
    Draw calls to be listened to.

    Attributes:
        period: calls of these days.
        seed: decides which.
        size: how many; as the settings say where it is None.
        reviewer: the login of who is to listen; the actor where it is None.
        keep: whether the draw counts; else it is only shown.
    """

    period: Period
    seed: int
    size: int | None = None
    reviewer: str | None = None
    keep: bool = True


@attrs.frozen(kw_only=True)
class Sample:
    """
    Calls that were drawn.

    Attributes:
        number: the number of the sample; None where it was not kept.
        seed: what decided.
        calls: the calls, in the order in which they were drawn.
        reps: by how many people they are.
        of: how many calls there were to draw from.
    """

    number: int | None
    seed: int
    calls: tuple[int, ...]
    reps: int
    of: int


def draw(calls: Mapping[int, Sequence[int]], size: int, seed: int) -> tuple[int, ...]:
    """
    Return so many calls at random, from everybody in turn; fewer where there are fewer.

    Args:
        calls: who called → their calls.
        size: how many are wanted.
        seed: decides which.
    """
    reps = sorted(calls, key=lambda rep: _lot(seed, "rep", rep))
    waiting = [sorted(calls[rep], key=lambda call: _lot(seed, "call", call)) for rep in reps]
    longest = max((len(own) for own in waiting), default=0)
    in_turn = [own[place] for place in range(longest) for own in waiting if place < len(own)]
    return tuple(in_turn[:size])


def draw_sample(session: Session, command: DrawSample) -> Sample:
    """
    Draw calls, and keep them as a sample.

    Raises:
        UsageError: there is nothing to draw from, or no such reviewer.
        DeniedError: the actor may not draw, or not learn where recordings are.
        DuplicateError: somebody else has drawn one of them just now.
    """
    settings, period = settings_of(session), command.period
    size = command.size or settings.sample_size
    with session.write(cause="call_sample") as work:
        require_right(work, SAMPLES, "calls.may_not_sample")
        reviewer = user_called(work, command.reviewer)
        found = candidates(work, period.begin, period.end, least_seconds=settings.least_seconds, reviewer=reviewer)
        chosen = draw(found, size, command.seed)
        if not chosen:
            raise UsageError("calls.nothing_to_draw", catalogue=WORDS, first=period.first, last=period.last)
        number = None
        if command.keep:
            about = {"at": work.now, "reviewer_id": reviewer, "first_day": period.first, "last_day": period.last}
            number = add_sample(work, {**about, "size": size, "seed": command.seed}, chosen)
            work.commit()
    drawn = set(chosen)
    reps = sum(not drawn.isdisjoint(own) for own in found.values())
    return Sample(number=number, seed=command.seed, calls=chosen, reps=reps, of=sum(map(len, found.values())))


def user_called(reader: Reader, login: str | None) -> int | None:
    """
    Return the id of an active user; the actor's where none is named.

    Raises:
        UsageError: there is none of that login.
    """
    if login is None:
        return reader.actor.user_id
    found = reader.first(User, equal("login", login.lower()), equal("active", value=True))
    if found is None:
        raise UsageError("calls.no_user", catalogue=WORDS, got=login)
    return found.id


def _lot(seed: int, kind: str, number: int) -> bytes:
    return sha256(f"{seed}:{kind}:{number}".encode()).digest()
