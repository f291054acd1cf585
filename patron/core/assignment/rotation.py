"""
Rotations: whose turn it is, as a function of the places in a queue and nothing else.

A queue is served from its head; who takes a turn goes to the tail, and so do those who could not take theirs (R064, W29). Of an
absence that is compensated every missed turn is owed, and taken before anybody else's once the member is back; a penalty is a
turn lost. A weighted rotation serves members in proportion to their weights, smoothly: 3 to 1 is A A B A, and not A A A B.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs


class Kind(StrEnum):
    """How turns go round."""

    QUEUE = "queue"
    """One after the other."""
    WEIGHTED = "weighted"
    """In proportion to weights."""


class State(StrEnum):
    """What a member does."""

    READY = "ready"
    SERVING = "serving"
    AWAY = "away"
    OFF = "off"


PENALTY = "penalty"
"""Why somebody was passed over who could have taken the lead: a turn was lost."""


@attrs.frozen(kw_only=True)
class Place:
    """
    A member's place in a rotation.

    Attributes:
        user: the user's id.
        state: what the member does.
        given_back: turns missed in this state are owed.
        credit: how many turns are owed to the member; below zero, how many are lost yet.
        share: of a weighted rotation, how far the member is behind its share (above zero) or ahead of it.
    """

    user: int
    state: State = State.READY
    given_back: bool = False
    credit: int = 0
    share: int = 0


Queue = tuple[Place, ...]
_NOBODY: Mapping[int, str] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Standing:
    """
    All that the next turn depends on: what is kept with every assignment, and decides the same whenever it is asked again.

    Attributes:
        kind: how turns go round.
        queue: the places, the head first.
        weights: user → weight, of a weighted rotation; 1 where nothing is said.
        hindered: user → why the user can't take a lead for reasons that are not the rotation's: off duty, too many leads.
        most_owed: how many turns are owed to a member at most; None for any number.
        counts: whether a turn is used up; outside of working hours a lead may go to whose turn it is and leave it so.
    """

    kind: Kind = Kind.QUEUE
    queue: Queue = ()
    weights: Mapping[int, int] = _NOBODY  # type: ignore[assignment]  # empty is empty
    hindered: Mapping[int, str] = _NOBODY
    most_owed: int | None = None
    counts: bool = True

    def hindrance(self, place: Place) -> str | None:
        """Return why a member can't take a lead now, a code; None where nothing is in the way."""
        if place.state is not State.READY:
            return place.state.value
        return self.hindered.get(place.user)

    def missing(self, place: Place) -> Place:
        """Return the place of a member who misses a turn."""
        if place.user in self.hindered or not place.given_back:
            return place
        credit = place.credit + 1
        return attrs.evolve(place, credit=credit if self.most_owed is None else max(place.credit, min(credit, self.most_owed)))


@attrs.frozen(kw_only=True)
class Turn:
    """
    Whose turn it is.

    Attributes:
        user: who takes the lead; None where nobody can.
        queue: the places afterwards.
        passed: (user, why) of those whose turn it would have been before.
    """

    user: int | None
    queue: Queue
    passed: tuple[tuple[int, str], ...] = ()


def next_turn(standing: Standing) -> Turn:
    """Return whose turn it is; where nobody can take one, or it does not count, nothing moves, for no turn was missed or used."""
    turn = _turn(standing)
    return turn if standing.counts else attrs.evolve(turn, queue=standing.queue)


def _turn(standing: Standing) -> Turn:
    queue = standing.queue
    hindrances = [standing.hindrance(place) for place in queue]
    able = [number for number, hindrance in enumerate(hindrances) if hindrance is None]
    if not able:
        return Turn(user=None, queue=queue, passed=tuple(_why(queue, hindrances, range(len(queue)))))
    owed = next((number for number in able if queue[number].credit > 0), None)
    if owed is not None:
        place = queue[owed]
        paid = attrs.evolve(place, credit=place.credit - 1)
        return Turn(user=place.user, queue=(*queue[:owed], paid, *queue[owed + 1 :]))
    return (_queued if standing.kind is Kind.QUEUE else _weighted)(standing, hindrances, able)


def _queued(standing: Standing, hindrances: Sequence[str | None], able: Sequence[int]) -> Turn:
    queue = standing.queue
    # Where all have lost a turn, there is nobody to lose it to.
    lost = any(queue[number].credit == 0 for number in able)
    taker = next(number for number in able if not lost or queue[number].credit == 0)
    before = [_passed(standing, queue[number], hindrances[number]) for number in range(taker)]
    passed = tuple(_why(queue, hindrances, range(taker)))
    return Turn(user=queue[taker].user, queue=(*queue[taker + 1 :], *before, queue[taker]), passed=passed)


def _passed(standing: Standing, place: Place, hindrance: str | None) -> Place:
    return attrs.evolve(place, credit=place.credit + 1) if hindrance is None else standing.missing(place)


def _weighted(standing: Standing, hindrances: Sequence[str | None], able: Sequence[int]) -> Turn:
    queue, weights = standing.queue, standing.weights
    counted = [number for number, place in enumerate(queue) if number in able or _waits(standing, place)]
    total = sum(weights.get(queue[number].user, 1) for number in counted)
    shares = {number: queue[number].share + weights.get(queue[number].user, 1) for number in counted}
    ranked = sorted(able, key=lambda number: (-shares[number], number))
    lost = any(queue[number].credit == 0 for number in able)
    taker = next(number for number in ranked if not lost or queue[number].credit == 0)
    losing = ranked[: ranked.index(taker)]
    for number in (taker, *losing):
        shares[number] -= total
    places = [attrs.evolve(place, share=shares.get(number, place.share)) for number, place in enumerate(queue)]
    for number in losing:
        places[number] = attrs.evolve(places[number], credit=places[number].credit + 1)
    passed = [number for number in range(len(queue)) if number in losing or hindrances[number] is not None]
    return Turn(user=queue[taker].user, queue=tuple(places), passed=tuple(_why(queue, hindrances, passed)))


def _waits(standing: Standing, place: Place) -> bool:
    """Return whether a member's share grows although the member can't take a lead."""
    return place.given_back and place.state is not State.READY and place.user not in standing.hindered


def _why(queue: Queue, hindrances: Sequence[str | None], numbers: Iterable[int]) -> Iterable[tuple[int, str]]:
    return ((queue[number].user, hindrances[number] or PENALTY) for number in numbers)


def with_members(queue: Queue, users: Collection[int]) -> Queue:
    """Return the queue of exactly these users: who is new stands at the tail, who left is gone, all others keep their places."""
    known = {place.user for place in queue}
    stay = tuple(place for place in queue if place.user in users)
    return (*stay, *(Place(user=user) for user in users if user not in known))


def set_state(queue: Queue, user: int, state: State, *, given_back: bool = False) -> Queue:
    """Return the queue with what a member does now; places don't change by it."""
    return _changed(queue, user, state=state, given_back=given_back)


def add_credit(queue: Queue, user: int, turns: int) -> Queue:
    """Return the queue with turns owed to a member, or lost by one where *turns* is below zero; they cancel each other."""
    credit = next(place.credit for place in queue if place.user == user)
    return _changed(queue, user, credit=credit + turns)


def _changed(queue: Queue, user: int, **values: Any) -> Queue:
    return tuple(attrs.evolve(place, **values) if place.user == user else place for place in queue)
