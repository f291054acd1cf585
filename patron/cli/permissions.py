"""
How it is printed whether, by what means and for what somebody may be contacted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from patron.cli.printing import Printer, plain, plain_all, print_json
from patron.cli.tables import print_table
from patron.core.crm import AddedInteraction, ConsentView
from patron.core.crm.records import called
from patron.core.nouns import Lead, Task
from patron.core.nouns.criterion import among
from patron.core.outreach import Answer, Breach, Conflict, Touch, Verdict, as_they_stand, objections_said, refusals, verdict_said
from patron.core.session import Session

_MARKS = {Answer.YES: "✓", Answer.LATER: "…", Answer.NO: "✗"}
_SAID = ("at", "decision", "channel", "purpose", "given_by", "evidence")
_MOST = 5
"""Contacts of others that a warning shows."""


def print_consents(session: Session, view: ConsentView, style: str) -> None:
    """Print what a customer said, and for every purpose by which channels they may be contacted."""
    printer = Printer(session, style)
    if style == "json":
        found = [
            {"channel": one.channel, "purpose": one.purpose, "stand": one.standing.stand.value, **_plain(session, one.verdict)}
            for one in view.permissions
        ]
        print_json({"customer_id": view.customer.id, "consents": [plain(one) for one in view.consents], "permissions": found})
        return
    click.echo(f"{printer.heading(view.customer)}: {view.customer.name}")
    printer.section(printer.t("consent.said"), view.consents, _SAID, {})
    channels = list(dict.fromkeys(one.channel for one in view.permissions))
    rows = [["", *(printer.labels.code("contact_channel", channel) for channel in channels)]]
    for purpose in dict.fromkeys(one.purpose for one in view.permissions):
        marks = {one.channel: _MARKS[one.verdict.answer] for one in view.permissions if one.purpose == purpose}
        rows.append([printer.labels.code("purpose", purpose), *(marks[channel] for channel in channels)])
    click.echo("\n" + printer.t("consent.follows"))
    print_table(rows)
    click.echo(printer.t("consent.legend"))


def print_verdict(session: Session, verdict: Verdict, style: str) -> None:
    """Print whether somebody may be contacted, and why not."""
    if style == "json":
        print_json(_plain(session, verdict))
    else:
        click.echo(verdict_said(session, verdict))


def tell_added(session: Session, added: AddedInteraction) -> None:
    """Warn of what the customer does not want, and of other departments."""
    t = Printer(session, "text").t
    if added.warns and added.verdict is not None and added.interaction.exemption is None:
        session.reporter.notice(t("consent.unwelcome", why=objections_said(session, added.verdict)))
    if added.unplanned is not None:
        session.reporter.notice(t("consent.unplanned", why=objections_said(session, added.unplanned)))
    if added.task is not None:
        tell_moved(session, added.task)
    tell_conflicts(session, added.conflicts)


def tell_moved(session: Session, task: Task) -> None:
    """Say that a task is to be done by other means than was planned."""
    if task.exemption is not None and task.channel is not None:
        session.reporter.notice(Printer(session, "text").t("consent.moved", how=task.exemption))


def tell_standing(session: Session, tasks: Sequence[Task]) -> None:
    """Say of tasks that wait what the customers have said since they were planned."""
    with session.read() as reader:
        found = as_they_stand(session, reader, tasks)
    if found:
        t = Printer(session, "text").t
        lines = [t("consent.stands_so", id=one.id, subject=one.subject[:60], how=one.exemption) for one in found.values()]
        session.reporter.notice("\n  ".join([t("consent.stands"), *lines]))


def tell_refusals(session: Session, lead_ids: Sequence[int]) -> None:
    """Say what the customers of leads have refused, to who hands their addresses on."""
    with session.read() as reader:
        customers = {lead.customer_id for lead in reader.find(Lead, [among("id", tuple(lead_ids))])}
        found = refusals(session, reader, sorted(customers), session.clock.now())
        names = called(reader, {"customer": set(found)})
    if not found:
        return
    printer = Printer(session, "text")
    lines = [
        printer.t("consent.refused_by", name=names.get(("customer", number), ""), id=number, how=verdict_said(session, verdict))
        for number, some in found.items()
        for verdict in some
    ]
    session.reporter.notice("\n  ".join([printer.t("consent.handed_on"), *lines]))


def tell_conflicts(session: Session, touches: Sequence[Touch]) -> None:
    """Warn of other departments that contacted the customer shortly before, and show what they did."""
    if not touches:
        return
    printer = Printer(session, "text")
    with session.read() as reader:
        names = called(reader, {"team": {one.department for one in touches if one.department is not None}})
    lines = [_told(printer, one, names) for one in touches[:_MOST]]
    days = session.settings.outreach.conflict_days
    session.reporter.notice("\n  ".join([printer.t("consent.conflict", days=days), *lines]))


def print_conflicts(
    session: Session, conflicts: Sequence[Conflict], names: Mapping[tuple[str, int], str], style: str, days: int
) -> None:
    """Print the customers whom several departments contacted."""
    printer = Printer(session, style)
    if style == "json":
        print_json([plain_all(one) for one in conflicts])
        return
    if not conflicts:
        click.echo(printer.t("consent.no_conflicts", days=days))
        return
    for one in conflicts:
        name = names.get(("customer", one.customer_id), "")
        click.echo(f"{name} #{one.customer_id}".strip())
        for touch in one.touches:
            click.echo(f"  {_told(printer, touch, names)}")


def print_breaches(
    session: Session, breaches: Sequence[Breach], names: Mapping[tuple[str, int], str], style: str, days: int
) -> None:
    """Print the contacts that went out against what customers had said."""
    printer = Printer(session, style)
    if style == "json":
        print_json([{"interaction": plain(one.interaction), **_plain(session, one.verdict)} for one in breaches])
        return
    if not breaches:
        click.echo(printer.t("consent.no_breaches", days=days))
        return
    head = [printer.t(f"consent.breach_{name}") for name in ("at", "customer", "channel", "who", "why")]
    rows = [
        [
            printer.moment(one.interaction.at),
            f"{names.get(('customer', one.interaction.customer_id), '')} #{one.interaction.customer_id}".strip(),
            printer.labels.code("contact_channel", one.interaction.channel),
            names.get(("user", one.interaction.user_id or 0), "–"),
            objections_said(session, one.verdict),
        ]
        for one in breaches
    ]
    print_table([head, *rows])


def _told(printer: Printer, touch: Touch, names: Mapping[tuple[str, int], str]) -> str:
    one = touch.interaction
    team = names.get(("team", touch.department or 0), "–")
    channel = printer.labels.code("contact_channel", one.channel)
    note = " ".join((one.note or "").split())[:60]
    told: str = printer.t("consent.touch", at=printer.moment(touch.at), team=team, channel=channel, note=note)
    return told.rstrip()


def _plain(session: Session, verdict: Verdict) -> dict[str, Any]:
    return {
        "customer_id": verdict.customer_id,
        "answer": verdict.answer.value,
        "channel": verdict.ask.channel,
        "purpose": verdict.ask.purpose,
        "instead": verdict.instead,
        "not_before": None if verdict.not_before is None else verdict.not_before.isoformat(),
        "objections": [one.code for one in verdict.objections],
        "why": objections_said(session, verdict),
    }
