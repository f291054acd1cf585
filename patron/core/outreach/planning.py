"""
By what means a task is done: as was planned where the customer accepts it, else by a means that they do accept.

A task whose means was changed says why, and counts as what was planned. Where the customer accepts no means, there is no task.
"""

import attrs

from patron.core.nouns import Task
from patron.core.outreach.checking import may_contact
from patron.core.outreach.rules import rules_of
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
    rules = rules_of(session)
    channel = rules.channel_of(task)
    if task.customer_id is None or channel is None or task.exemption is not None:
        return Planned(task=task)
    ask = Ask(at=session.clock.now(), channel=channel, purpose=rules.purpose_of(task), told=True)
    verdict = may_contact(session, reader, task.customer_id, ask)
    if verdict.instead == channel:
        return Planned(task=task, verdict=verdict)
    if verdict.instead is None:
        return Planned(task=None, verdict=verdict)
    labels = session.records.vocabulary
    said = session.t(
        "outreach.moved",
        planned=labels.code_label("contact_channel", channel, session.t.lang),
        channel=labels.code_label("contact_channel", verdict.instead, session.t.lang),
        why=objections_said(session, verdict),
    )
    return Planned(task=attrs.evolve(task, channel=verdict.instead, exemption=said[:_LONGEST]), verdict=verdict, moved=True)
