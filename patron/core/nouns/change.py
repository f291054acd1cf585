"""
Changes: the history of a field, append-only and with two times.
"""

from datetime import datetime

import attrs


@attrs.frozen(kw_only=True)
class Change:
    """
    One value of one field of one record, from one time on.

    Attributes:
        sequence: its place in the history of the whole database, from 1 without gaps.
        noun: the kind of the record, `lead`, …
        subject_id: the record's id.
        field: the field.
        old: the value before; None for none.
        new: the value from `effective_at` on; None for none.
        effective_at: since when it is true in the world.
        recorded_at: since when we know; never earlier than that of the change before it.
        actor_id: the user who made it; None where it was none.
        actor_kind: who or what made it: `user`, `local` (the local administrator), `system`, `channel`.
        actor_name: which channel, which job.
        cause: what it was part of: a code such as `import`, `assign`, `tick`.
        reason: why, in words.
        batch_id: the import that it belongs to.
        erased: the values were taken away at the person's wish; that they were there stays proven.
    """

    sequence: int
    noun: str
    subject_id: int
    field: str
    old: object = None
    new: object = None
    effective_at: datetime
    recorded_at: datetime
    actor_id: int | None = None
    actor_kind: str = "local"
    actor_name: str | None = None
    cause: str = "edit"
    reason: str | None = None
    batch_id: int | None = None
    erased: bool = False
