"""
What decides a turn as JSON: how rotations are kept, and what the log keeps of every assignment, so that it can be decided again.
"""

import json
from collections.abc import Mapping
from typing import Any

from patron.core.assignment.rotation import Kind, Place, Queue, Standing, State

_GIVEN_BACK, _COUNTS = "given_back", "counts"


def write_queue(queue: Queue) -> str:
    """Return the places of a rotation as JSON."""
    return json.dumps(_places(queue), separators=(",", ":"))


def read_queue(text: str) -> Queue:
    """Return the places of a rotation that `write_queue` wrote."""
    return _queue(json.loads(text))


def write_standing(standing: Standing) -> dict[str, Any]:
    """Return all that the next turn depends on, as JSON has it; what has its default is left out."""
    said: dict[str, Any] = {"kind": standing.kind.value, "queue": _places(standing.queue)}
    for name in ("weights", "hindered"):
        if values := getattr(standing, name):
            said[name] = {str(user): value for user, value in values.items()}
    said |= {} if standing.most_owed is None else {"most_owed": standing.most_owed}
    return said if standing.counts else said | {_COUNTS: False}


def read_standing(said: Mapping[str, Any]) -> Standing:
    """Return what `write_standing` wrote."""
    numbered = {name: {int(user): one for user, one in said.get(name, {}).items()} for name in ("weights", "hindered")}
    most_owed, counts = said.get("most_owed"), said.get(_COUNTS, True)
    return Standing(kind=Kind(said["kind"]), queue=_queue(said["queue"]), most_owed=most_owed, counts=counts, **numbered)


def _places(queue: Queue) -> list[list[Any]]:
    return [
        [place.user, f"{place.state.value} {_GIVEN_BACK}" if place.given_back else place.state.value, place.credit, place.share]
        for place in queue
    ]


def _queue(places: list[list[Any]]) -> Queue:
    found = []
    for user, written, credit, share in places:
        state, _, given_back = written.partition(" ")
        found.append(Place(user=user, state=State(state), given_back=bool(given_back), credit=credit, share=share))
    return tuple(found)
