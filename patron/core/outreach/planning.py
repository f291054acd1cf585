"""
By what means a task is done: as was planned where the customer accepts it, else by a means that they do accept.

A task whose means was changed says why, and counts as what was planned. Where the customer accepts no means, there is no task.
"""

from collections.abc import Sequence
from datetime import datetime

import attrs

from patron.core.nouns import Task
from patron.core.outreach.checking import verdicts
from patron.core.outreach.rules import Rules, rules_of
from patron.core.outreach.verdict import Ask, Verdict
from patron.core.outreach.wording import objections_said
from patron.core.session import Session
from patron.core.store import Reader

_LONGEST = 400


@attrs.frozen(kw_only=True)
class Planned:
    """
    What becomes of a task.

    Attributes:
        task: the task to add; None where the customer accepts no means.
        verdict: what was found; None for a task that reaches out to nobody.
        moved: it is to be done by other means than was planned.
    """

    task: Task | None
    verdict: Verdict | None = None
    moved: bool = False


def plan(session: Session, reader: Reader, task: Task) -> Planned:
    """
    Return what becomes of a task that is to be added.

    A task that says why it is done all the same (`exemption`), and one that reaches out to nobody, stays as it is. When it is due
    is a deadline and no time of contact, so hours and frequency are left to the day on which it is done.

    Args:
        session: the session.
        reader: the database.
        task: as it was planned.
    """
    return plan_many(session, reader, [task])[0]


def plan_many(session: Session, reader: Reader, tasks: Sequence[Task]) -> list[Planned]:
    """Return what becomes of tasks that are to be added, in their order; see `plan()`."""
    rules, at = rules_of(session), session.clock.now()
    asks = [_ask(rules, task, at) for task in tasks]
    asked: dict[Ask, list[int]] = {}
    for task, ask in zip(tasks, asks, strict=True):
        if ask is not None and task.customer_id is not None:
            asked.setdefault(ask, []).append(task.customer_id)
    found = {ask: verdicts(session, reader, customers, ask) for ask, customers in asked.items()}
    return [
        Planned(task=task) if ask is None else _planned(session, task, found[ask][task.customer_id or 0])
        for task, ask in zip(tasks, asks, strict=True)
    ]


def as_they_stand(session: Session, reader: Reader, tasks: Sequence[Task]) -> dict[int, Task]:
    """
    Return id → how a task that waits is to be done by now, of those whose customers have said something since it was planned.

    Who accepts no means by now is not to be contacted: the task has no channel then, and says why.

    Args:
        session: the session.
        reader: the database.
        tasks: stored tasks; those that don't wait any more stay as they were.
    """
    waiting = [task for task in tasks if task.status == "planned"]
    found: dict[int, Task] = {}
    for task, plan in zip(waiting, plan_many(session, reader, waiting), strict=True):
        if plan.moved and plan.task is not None:
            found[task.id] = plan.task
        elif plan.task is None and plan.verdict is not None:
            said = session.t("outreach.stopped", why=objections_said(session, plan.verdict))
            found[task.id] = attrs.evolve(task, channel=None, exemption=said[:_LONGEST])
    return found


def _ask(rules: Rules, task: Task, at: datetime) -> Ask | None:
    channel = rules.channel_of(task)
    if task.customer_id is None or channel is None or task.exemption is not None:
        return None
    return Ask(at=at, channel=channel, purpose=rules.purpose_of(task), told=True)


def _planned(session: Session, task: Task, verdict: Verdict) -> Planned:
    channel = verdict.ask.channel
    if verdict.instead == channel:
        return Planned(task=task, verdict=verdict)
    if verdict.instead is None:
        return Planned(task=None, verdict=verdict)
    label = session.records.vocabulary.code_label
    said = session.t(
        "outreach.moved",
        planned=label("contact_channel", channel, session.t.lang),
        channel=label("contact_channel", verdict.instead, session.t.lang),
        why=objections_said(session, verdict),
    )
    return Planned(task=attrs.evolve(task, channel=verdict.instead, exemption=said[:_LONGEST]), verdict=verdict, moved=True)
