"""
What is asked for when records are to become one or two again, and what came of it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.crm.merging.rules import Rule
from patron.core.nouns import Field

CAUSE = "merge"
"""What the history says of a merge; the kind of its batch."""

UNDONE = "unmerge"
"""What the history says where a merge was undone."""


@attrs.frozen(kw_only=True)
class Merge:
    """
    Make one record of several.

    Attributes:
        noun: `customer` or `lead`.
        keep: the record that stays.
        others: those that are merged into it.
        prefer: field → the record whose value stands, whatever the rule says.
        certain: merge them although something speaks against it.
        apart: the others are somebody else, or about something else: what hangs on them goes to the record that stays, but for
            what they are known by, and none of their values stands.
        reason: why, for the history.
        versions: id → the version that the decision was made for; whatever versions there are by default.
    """

    noun: str
    keep: int
    others: tuple[int, ...]
    prefer: Mapping[str, int] = MappingProxyType({})
    certain: bool = False
    apart: bool = False
    reason: str | None = None
    versions: Mapping[int, int] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Choice:
    """
    What becomes of one field.

    Attributes:
        field: the field.
        values: id → its value, the record that stays first.
        stands: the value that stands.
        rule: why; None where it was asked for.
        chosen: the record whose value was asked for.
    """

    field: Field
    values: Mapping[int, Any]
    stands: Any
    rule: Rule | None
    chosen: int | None = None


@attrs.frozen(kw_only=True)
class Doubt:
    """
    Something that speaks against merging.

    Attributes:
        key: what; a key of the catalogue, `merging.doubt_…`.
        details: its parameters.
    """

    key: str
    details: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class MergePreview:
    """
    What a merge would do, as far as the actor may see it.

    Attributes:
        command: the merge.
        records: those that would become one, the one that stays first.
        fields: the fields in which they differ.
        moving: noun (or a plugin's table) → how many rows would go to the record that stays.
        doubts: what speaks against it.
        likeness: what the model of who is who says of each of the others: id, bits, verdict (`join`, `ask`, `new`), reasons.
        names: (noun, id) → what a referred record is called.
    """

    command: Merge
    records: tuple[Any, ...]
    fields: tuple[Choice, ...]
    moving: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    likeness: tuple[Any, ...] = ()
    names: Mapping[tuple[str, int], str] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Merged:
    """
    What was merged.

    Attributes:
        batch_id: under which number it can be undone.
        keep: the record that stayed.
        others: those that were merged into it.
        changed: the fields of it that got another value, as far as the actor may see them.
        moved: noun (or a plugin's table) → how many rows went to it.
    """

    batch_id: int
    keep: Any
    others: tuple[int, ...]
    changed: tuple[str, ...]
    moved: Mapping[str, int]


@attrs.frozen(kw_only=True)
class Unmerge:
    """
    Undo a merge.

    Attributes:
        noun: `customer` or `lead`.
        id: a record that was merged: undo the merge into that which it is merged into now; None for the whole batch.
        batch_id: the batch; None where a record is named.
        reason: why, for the history.
    """

    noun: str
    id: int | None = None
    batch_id: int | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class Unmerged:
    """
    What was undone.

    Attributes:
        batch_id: the batch of the merge.
        restored: the records that stand by themselves again.
        back: noun (or a plugin's table) → how many rows went back to them.
        stayed: what somebody changed since the merge, and stays as it is: (noun, id, field).
        later: noun → how many rows that came since stay with the record into which they were merged.
    """

    batch_id: int
    restored: tuple[int, ...]
    back: Mapping[str, int]
    stayed: tuple[tuple[str, int, str], ...]
    later: Mapping[str, int] = MappingProxyType({})
