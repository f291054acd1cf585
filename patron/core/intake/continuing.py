"""
Calls that are told in parts: who was rung in vain at first, and who answered later.

A telephone system writes a record a leg, as each ends, and a file that grows is handed in again. The same comes of a call however
its legs are spread over deliveries: it began with the earliest, and is as long, on the line and with the person of ours, as the
leg in which most was said. What is known already is taken back by none.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.intake.drafting import Draft
from patron.core.intake.notes import LONGEST_NOTE
from patron.core.nouns import Interaction
from patron.core.nouns.criterion import equal
from patron.core.store import UnitOfWork

_OF_THE_LEG = ("duration_seconds", "phone_line", "user_id")
"""Fields that say in which leg most was said."""


def call_named(work: UnitOfWork, system: str, number: str | None) -> Interaction | None:
    """Return the call that a system calls so; None where there is none yet, or it has no number."""
    return work.first(Interaction, equal("system", system), equal("source_key", number)) if number else None


def continue_call(work: UnitOfWork, call: Interaction, draft: Draft) -> Interaction:
    """Return a call with what a further part of it tells."""
    changes = {name: value for name, value in _told(call, draft).items() if value != getattr(call, name)}
    return work.update(call, **changes) if changes and work.may(Action.UPDATE, call) else call


def _told(call: Interaction, draft: Draft) -> dict[str, Any]:
    said = draft.interaction
    fuller = _rank(said) > _rank(attrs.asdict(call, recurse=False))
    return {
        "at": min(call.at, draft.at),
        "effective": call.effective or bool(said.get("effective")),
        "recording": call.recording or said.get("recording"),
        "note": _with_lines(call.note or "", (draft.note, *draft.remarks)),
        **({name: said.get(name) for name in _OF_THE_LEG} if fuller else {}),
    }


def _rank(said: Mapping[str, Any]) -> tuple[bool, int]:
    return bool(said.get("effective")), said.get("duration_seconds") or 0


def _with_lines(note: str, told: tuple[str, ...]) -> str | None:
    """Return a note with those lines that it has not yet; what somebody wrote there since stands, and is never cut for them."""
    lines = note.splitlines()
    for line in (one for text in told for one in text.splitlines()):
        if line not in lines and len(note) + 1 + len(line) <= LONGEST_NOTE:
            lines.append(line)
            note = f"{note}\n{line}" if note else line
    return note or None
