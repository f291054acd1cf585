"""
Interactions, whatever happened between us and a customer; and tasks, what is to happen.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs

from patron.core.nouns import field

TOLD = "told"
"""The outcome of an entry that is no contact: what a platform told of a customer."""


@attrs.frozen(kw_only=True)
class Interaction:
    """
    One contact between a customer and any of our departments.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: with whom.
        lead_id: about which lead.
        at: when it began.
        channel: by what means, a code of `contact_channel`.
        direction: `in` (the customer came to us) or `out`.
        user_id: who of us.
        team_id: which department.
        purpose: `sales`, `service`, `relationship`, …
        topics: what it was about, codes of `topic`.
        note: in words.
        duration_seconds: how long it lasted.
        phone_line: of a call, which line of ours it was on: an extension, or a number.
        recording: where the recording of the call is kept: its address, never the sound itself.
        outcome: `reached`, `no_answer`, …; `told` of what a platform told of the customer, who neither said nor heard anything.
        effective: counts as a contact in which something was said.
        invitation: what the customer was invited to.
        mood: how the customer was.
        decision: what the customer decided: `order`, `no_order`, `open`.
        satisfaction: how the customer rates us, 1 to 5.
        source: the source whose further sign of interest this is.
        system: the system that gave `source_key`; the pair of both is unique.
        source_key: what that system calls it.
        campaign_id: the campaign that it belongs to.
        exemption: why the customer was contacted although they had said not to be.
        next_action: what is to be done next.
        next_action_at: when.
        form_filled_at: when the form that tells of it was filled in, by hand.
        entered_at: when that form was typed in.
        entered_by_id: who of us typed it in.
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int = field.reference("customer", required=True, moves=True)
    lead_id: int | None = field.reference("lead")
    at: datetime = field.instant(required=True, indexed=True)
    channel: str = field.code("contact_channel", required=True)
    direction: str = field.code("direction", default="out")
    user_id: int | None = field.reference("user")
    team_id: int | None = field.reference("team")
    purpose: str = field.code("purpose", default="sales")
    topics: tuple[str, ...] = field.codes("topic")
    note: str | None = field.note(personal=True)
    duration_seconds: int | None = field.integer(0)
    phone_line: str | None = field.text(length=64)
    recording: str | None = field.text(length=1000, personal=True, restricted="recording")
    outcome: str | None = field.code("outcome")
    effective: bool = field.truth(default=True)
    invitation: str | None = field.code("invitation")
    mood: str | None = field.code("mood")
    decision: str | None = field.code("decision")
    satisfaction: int | None = field.integer(1, 5)
    source: str | None = field.code("source")
    system: str | None = field.text(length=64)
    source_key: str | None = field.text()
    campaign_id: int | None = field.reference("campaign")
    exemption: str | None = field.text(length=400)
    next_action: str | None = field.text()
    next_action_at: datetime | None = field.instant()
    form_filled_at: datetime | None = field.instant()
    entered_at: datetime | None = field.instant()
    entered_by_id: int | None = field.reference("user", indexed=False)
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()


@attrs.frozen(kw_only=True)
class Task:
    """
    Something that somebody is to do for a customer.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: for whom.
        lead_id: about which lead.
        kind: a code of `task_kind`.
        channel: by what means, a code of `contact_channel`; None where the kind says it, or it is no matter.
        purpose: for what the customer is contacted.
        subject: what is to be done.
        due_at: by when.
        owner_user_id: who is to do it.
        owner_team_id: the department, while no user has it.
        status: `planned`, `done`, `cancelled`.
        done_at: when it was done.
        interaction_id: the interaction that did it.
        exemption: why it is done by other means than was planned, or although the customer had said not to be contacted.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int | None = field.reference("customer", moves=True)
    lead_id: int | None = field.reference("lead")
    kind: str = field.code("task_kind", default="follow_up")
    channel: str | None = field.code("contact_channel", tracked=True)
    purpose: str | None = field.code("purpose")
    subject: str = field.text(required=True)
    due_at: datetime | None = field.instant(indexed=True, tracked=True)
    owner_user_id: int | None = field.reference("user", tracked=True)
    owner_team_id: int | None = field.reference("team", tracked=True)
    status: str = field.code("task_status", default="planned", tracked=True, indexed=True)
    done_at: datetime | None = field.instant(tracked=True)
    interaction_id: int | None = field.reference("interaction")
    exemption: str | None = field.text(length=400)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()
