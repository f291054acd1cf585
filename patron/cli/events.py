"""
How the timeline of a customer is printed.
"""

import click

from patron.cli.printing import Printer, plain, print_json
from patron.cli.tables import print_table
from patron.core.crm import Event, Timeline
from patron.core.session import Session
from patron.core.store.kinds import to_json

_TOLD = {
    "interaction": ("channel", "direction", "note", "next_action"),
    "ordered": ("number", "channel", "status"),
    "filed": ("source", "subject"),
    "needed": ("kind", "subject"),
    "planned": ("subject", "due_at"),
    "done": ("subject",),
}
"""What is told of a record, by what happened."""

_WIDE = 70


def print_timeline(session: Session, timeline: Timeline, style: str) -> None:
    """Print the events of a page, the latest first."""
    printer = Printer(session, style)
    if style == "json":
        print_json([_as_json(event) for event in timeline.events])
        return
    click.echo(f"{printer.heading(timeline.customer)}: {timeline.customer.name}")
    rows = [
        [printer.moment(event.at), _kind(printer, event), _told(printer, event, timeline), _who(event, timeline)]
        for event in timeline.events
    ]
    if rows:
        print_table(rows, widest=_WIDE)
    if len(timeline.events) < timeline.total:
        session.reporter.notice(printer.t("records.more", shown=len(timeline.events), total=f"{timeline.total:,}"))


def _as_json(event: Event) -> dict[str, object]:
    facts = {"at": event.at.isoformat(), "what": event.what, "noun": event.noun, "user_id": event.user_id}
    change = event.change
    moved = {} if change is None else {"field": change.field, "old": change.old, "new": change.new, "reason": change.reason}
    paid = {} if event.amount is None else {"amount": to_json(event.amount)}
    return {**facts, **moved, **paid, "record": plain(event.record)}


def _kind(printer: Printer, event: Event) -> str:
    return printer.t(f"records.event_{event.what}", what=printer.heading(event.record))


def _told(printer: Printer, event: Event, timeline: Timeline) -> str:
    fields = printer.labels.vocabulary.fields(event.noun)
    if event.change is not None:
        field = fields[event.change.field]
        old, new = (printer.value(field, value, timeline.names) or "–" for value in (event.change.old, event.change.new))
        return f"{printer.labels.field(event.noun, field.name)}: {old} → {new}"
    told = [printer.cell(fields[name], event.record, timeline.names) for name in _TOLD[event.what]]
    if event.amount is not None:
        told.insert(1, f"{event.amount:,.2f}")
    return " · ".join(part for part in told if part)


def _who(event: Event, timeline: Timeline) -> str:
    return "" if event.user_id is None else timeline.names.get(("user", event.user_id), f"#{event.user_id}")
