"""
Merging what a scan is sure of: many groups under one batch, those left out against which something speaks.
"""

from collections.abc import Iterable, Sequence

import attrs

from patron.core.crm.merging.commands import Merge, Merged
from patron.core.crm.merging.doubts import doubts_of
from patron.core.crm.merging.merge import merge_all
from patron.core.crm.merging.plan import plan_of
from patron.core.crm.merging.rules import rules_of
from patron.core.crm.records import values_of
from patron.core.errors import PatronError
from patron.core.session import Session


@attrs.frozen(kw_only=True)
class Sure:
    """
    What becomes of the groups of a scan.

    Attributes:
        commands: what is merged, or would be.
        left: groups that are left to a person: something speaks against them, or the actor may not merge them.
        merged: what was merged; nothing where it was only to be looked at.
    """

    commands: tuple[Merge, ...]
    left: tuple[tuple[int, ...], ...]
    merged: tuple[Merged, ...] = ()


def merge_sure(session: Session, groups: Iterable[Sequence[int]], *, reason: str | None = None, only_look: bool = False) -> Sure:
    """
    Merge groups of customers under one batch, each into its oldest record.

    Args:
        session: the session.
        groups: ids of customers who are one person, as a scan is sure.
        reason: why, for the history.
        only_look: say what would be merged, and merge nothing.

    Raises:
        ConflictError: one of them was changed meanwhile; nothing was merged.
    """
    commands: list[Merge] = []
    left: list[tuple[int, ...]] = []
    with session.read() as reader:
        rules, values = rules_of(session.settings, reader.vocabulary), values_of(session, reader)
        for group in groups:
            keep, *others = sorted(group)
            try:
                plan = plan_of(reader, Merge(noun="customer", keep=keep, others=tuple(others)), rules, values)
            except PatronError:
                left.append((keep, *others))
                continue
            doubts, _ = doubts_of(session, reader, plan, rules, weighed=True)
            if doubts:
                left.append((keep, *others))
            else:
                versions = {one.id: one.version for one in (plan.keep, *plan.others)}
                commands.append(attrs.evolve(plan.command, versions=versions, certain=True))
    merged = merge_all(session, commands, reason=reason) if commands and not only_look else ()
    return Sure(commands=tuple(commands), left=tuple(left), merged=merged)
