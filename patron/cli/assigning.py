"""
The commands of `patron lead` on whose leads are: to assign them, what waits for somebody, what was assigned, and why so.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.cli.options import FORMAT, REASON, SHOWN, SINCE
from patron.core.errors import UsageError
from patron.core.names import shorten
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.core.crm import AssignLead, Assignment, LeadView, Trial

_ANNOUNCED = ("lead_id", "customer", "at", "served_by", "earlier", "until", "mine")
_LONGEST = 18
"""Digits of a number that any database can hold."""
_LOG = ("at", "lead_id", "event", "rule", "rotation", "user", "team", "reason")


def add_commands(group: click.Group) -> None:
    """Add the commands to `patron lead`."""
    for one in (assign, announced, assigned, claim, explain, waiting):
        group.add_command(one)


@click.command("assign", help="assigning.assign", epilog="assigning.assign_example")
@click.argument("records", metavar="[ID]...", nargs=-1)
@click.option("--to", "user", metavar="USER", help="records.to")
@click.option("--team", metavar="TEAM", help="records.to_team")
@click.option("--sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE", help="assigning.sheet")
@click.option("--waiting", "by_rules", is_flag=True, help="assigning.by_rules")
@click.option("--where", metavar="CONDITION", help="assigning.where")
@REASON
@SINCE
@FORMAT
@click.pass_context
def assign(
    ctx: click.Context,
    /,
    records: tuple[str, ...],
    user: str | None,
    team: str | None,
    sheet: Path | None,
    by_rules: bool,
    where: str | None,
    reason: str | None,
    since: str | None,
    style: str,
) -> None:
    """Give leads other owners."""
    from patron.cli.printing import Printer
    from patron.core.crm import assign_leads

    ways = [bool(records), sheet is not None, by_rules]
    if sum(ways) != 1 or (where is not None and not by_rules):
        raise UsageError("assignment.one_way")
    if sheet is not None and (user, team, since) != (None, None, None):
        raise UsageError("assignment.sheet_says")
    app: SessionFactory = ctx.obj
    with app.session() as session:
        printer = Printer(session, style)
        if by_rules:
            _give(session, printer, where)
            return
        if sheet is not None:
            ctx.exit(_by_sheet(session, printer, sheet, reason))
        commands = _of_ids(session, records, user, team, reason, since)
        leads = assign_leads(session, commands)
        if style == "text":
            for lead, one in zip(leads, commands, strict=True):
                printer.done("assigned", lead, owner=one.user or one.team)
        elif len(leads) == 1:
            printer.done("assigned", leads[0], owner=user or team)
        else:
            _print(printer, ("lead_id", "user", "team"), [_flat(lead.id, one) for lead, one in zip(leads, commands, strict=True)])


def _flat(number: int, command: "AssignLead") -> dict[str, Any]:
    return {"lead_id": number, "user": command.user, "team": command.team}


def _of_ids(
    session: Session, records: Sequence[str], user: str | None, team: str | None, reason: str | None, since: str | None
) -> "list[AssignLead]":
    from patron.core.crm import AssignLead, find_id
    from patron.core.crm.values import read_instant

    at = read_instant("--since", since, session.settings.timezone)
    ids = dict.fromkeys(find_id(session, "lead", record) for record in records)
    return [AssignLead(id=number, user=user, team=team, reason=reason, effective_at=at) for number in ids]


def _by_sheet(session: Session, printer: Any, path: Path, reason: str | None) -> int:
    """Give out what a sheet says, or say everything that is wrong with it; return the exit code."""
    from patron.core.exchange import AssignSheet, assign_by_sheet

    result = assign_by_sheet(session, AssignSheet(path=path, reason=reason))
    for one in result.wrong:
        about = {"file": path, "row": one.row, "column": one.column, "problem": one.problem.message(session.t.lang)}
        click.echo(printer.t("assigning.wrong_cell" if one.column else "assigning.wrong_row", **about), err=True)
    if result.wrong:
        click.echo(printer.t("assigning.nothing_done", file=path, count=len({one.row for one in result.wrong})), err=True)
        return 1
    if printer.style == "text":
        for lead, to in result.given:
            printer.done("assigned", lead, owner=to)
        if result.left:
            click.echo(printer.t("assigning.left_out", count=result.left))
    else:
        _print(printer, ("lead_id", "to"), [{"lead_id": lead.id, "to": to} for lead, to in result.given])
    return 0


def _give(session: Session, printer: Any, where: str | None) -> None:
    from patron.core.crm import give_waiting

    given = give_waiting(session, where=where)
    if printer.style != "text":
        _print(printer, ("lead_id", "user"), [{"lead_id": number, "user": login} for number, login in given.items()])
        return
    for number, login in given.items():
        if login is not None:
            click.echo(printer.t("assigning.given", id=number, user=login))
    left = sum(login is None for login in given.values())
    click.echo(printer.t("assigning.left" if left else "assigning.none_left", count=left))


@click.command("waiting", help="assigning.waiting", epilog="assigning.waiting_example")
@click.option("--where", metavar="CONDITION", help="records.where")
@click.option("--sort", multiple=True, metavar="FIELD", help="records.sort")
@click.option("--limit", type=click.IntRange(min=0), help="records.limit")
@FORMAT
@click.pass_obj
def waiting(app: SessionFactory, /, where: str | None, sort: tuple[str, ...], limit: int | None, style: str) -> None:
    """Print the leads that no user has."""
    from patron.cli.printing import Printer
    from patron.cli.tables import print_table
    from patron.core.crm import Query, list_waiting

    most = SHOWN if limit is None and style == "text" else limit
    with app.session() as session:
        page, why = list_waiting(session, Query(noun="lead", where=where, order=sort, limit=most))
        printer = Printer(session, style)
        if style != "text":
            printer.page(page, ())
            return
        if not page.records:
            click.echo(printer.t("assigning.nothing_waits"))
            return
        names = ("id", "customer_id", "source", "level", "owner_team_id", "filed_at")
        head = [*(printer.labels.field("lead", name) for name in (*names, "respond_by")), printer.t("assigning.why")]
        fields = printer.labels.vocabulary.fields("lead")
        due: dict[int, Any] = {number: values.get("respond_by") for number, values in page.values.items()}
        rows = [
            [
                str(lead.id),
                *(printer.cell(fields[name], lead, page.names) for name in names[1:]),
                "" if (by := due.get(lead.id)) is None else printer.moment(by),
                _kept(printer, why.get(lead.id)),
            ]
            for lead in page.records
        ]
        print_table([head, *rows], right=(0,))
        if len(page.records) < page.total:
            session.reporter.notice(printer.t("records.more", shown=len(page.records), total=f"{page.total:,}"))


def _kept(printer: Any, assignment: "Assignment | None") -> str:
    """Return in a few words what kept a lead from a user."""
    if assignment is None:
        return ""
    if assignment.rule is None:
        return assignment.problem or str(printer.t("assigning.no_rule"))
    tried = [one for one in assignment.trials if one.queue or one.why]
    whys = "; ".join(_failed(printer, one) for one in tried) or printer.t("assigning.why_team", team=assignment.team)
    return str(printer.t("assigning.kept", rule=assignment.rule, whys=whys))


def _failed(printer: Any, trial: "Trial") -> str:
    whys = [trial.why] if trial.why else list(dict.fromkeys(why for _, why in trial.passed)) or ["empty"]
    return f"{trial.target} – {', '.join(_said(printer, why) for why in whys)}"


def _said(printer: Any, why: str) -> str:
    return str(printer.t(f"assigning.why_{why}"))


@click.command("assigned", help="assigning.assigned", epilog="assigning.assigned_example")
@click.option("--since", metavar="TIME", help="assigning.since")
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True, help="records.limit")
@FORMAT
@click.pass_obj
def assigned(app: SessionFactory, /, since: str | None, limit: int, style: str) -> None:
    """Print the log of assignments."""
    from patron.cli.printing import Printer
    from patron.core.crm import list_assigned
    from patron.core.crm.values import read_instant

    with app.session() as session:
        at = read_instant("--since", since, session.settings.timezone)
        found = list_assigned(session, since=at, limit=limit)
        printer = Printer(session, style)
        if style == "text" and not found:
            click.echo(printer.t("assigning.nothing_assigned"))
            return
        rows = [{name: getattr(one, name) for name in _LOG} for one in found]
        if style == "text":
            rows = [
                row | {"at": printer.moment(one.at), "event": printer.t(f"assigning.event_{one.event}")}
                for row, one in zip(rows, found, strict=True)
            ]
        _print(printer, _LOG, rows)


@click.command("announced", help="assigning.announced", epilog="assigning.announced_example")
@FORMAT
@click.pass_obj
def announced(app: SessionFactory, /, style: str) -> None:
    """Print the leads that may be claimed."""
    from patron.cli.printing import Printer
    from patron.core.crm import list_announced

    with app.session() as session:
        found = list_announced(session)
        printer = Printer(session, style)
        if style == "text" and not found:
            click.echo(printer.t("assigning.nothing_announced"))
            return
        rows = [{name: getattr(one, name) for name in _ANNOUNCED} for one in found]
        if style == "text":
            for row in rows:
                row |= {name: printer.moment(row[name]) for name in ("at", "until")}
                row["mine"] = printer.t("assigning.yours") if row["mine"] else None
        _print(printer, _ANNOUNCED, rows)


@click.command("claim", help="assigning.claim", epilog="assigning.claim_example")
@click.argument("record", metavar="ID")
@click.option("--reason", metavar="TEXT", required=True, help="assigning.claim_reason")
@click.option("--to", "user", metavar="USER", help="assigning.claim_to")
@FORMAT
@click.pass_obj
def claim(app: SessionFactory, /, record: str, reason: str, user: str | None, style: str) -> None:
    """Claim a lead of a customer who was here before."""
    from patron.cli.printing import Printer
    from patron.core.crm import ClaimLead, claim_lead

    with app.session() as session:
        lead = claim_lead(session, ClaimLead(id=_number(record), reason=reason, user=user))
        printer = Printer(session, style)
        printer.done("changed", lead)
        tell_given(printer, session, lead.id)


def _number(written: str) -> int:
    """Return the number of a lead that whoever claims it can't see yet."""
    digits = written.removeprefix("#")
    if not digits.isdecimal() or len(digits) > _LONGEST:
        raise UsageError("assignment.no_lead_number", got=shorten(written))
    return int(digits)


@click.command("explain", help="assigning.explain", epilog="assigning.explain_example")
@click.argument("record", metavar="ID")
@FORMAT
@click.pass_obj
def explain(app: SessionFactory, /, record: str, style: str) -> None:
    """Print how a lead came to its owner."""
    from patron.cli.printing import Printer, plain_all, print_csv, print_json
    from patron.core.crm import explain_lead, find_id

    with app.session() as session:
        found = explain_lead(session, find_id(session, "lead", record))
        printer = Printer(session, style)
        if style == "json":
            print_json([plain_all(one) for one in found])
        elif style == "csv":
            print_csv(_LOG, [{name: getattr(one, name) for name in _LOG} for one in found])
        elif not found:
            click.echo(printer.t("assigning.unknown"))
        for one in found if style == "text" else ():
            for line in _lines(printer, one):
                click.echo(line)


def _lines(printer: Any, one: "Assignment") -> Iterator[str]:
    """Yield what an assignment came from, line by line."""
    yield sentence(printer, one)
    if one.problem:
        yield f"  {one.problem}"
    for trial in one.trials:
        if trial.queue:
            yield "  " + printer.t("assigning.queue", rotation=trial.target, queue=" → ".join(trial.queue))
        elif trial.why:
            yield "  " + printer.t("assigning.target", target=trial.target, why=_said(printer, trial.why))
        for login, why in trial.passed:
            yield "    " + printer.t("assigning.passed", login=login, why=_said(printer, why))
        if not trial.counts:
            yield "    " + _said(printer, "free")
        if trial.owed and trial.counts:
            yield "    " + printer.t("assigning.passed", login=trial.taker, why=_said(printer, "owed"))


def sentence(printer: Any, one: "Assignment") -> str:
    """Return in a sentence how a lead came to its owner."""
    about = {
        "at": printer.moment(one.at),
        "owner": one.user or one.team,
        "rule": one.rule or "–",
        "rotation": one.rotation or "–",
        "id": one.lead_id,
        "earlier": one.earlier,
        "until": "" if one.claim_until is None else printer.moment(one.claim_until),
    }
    key = "unruled" if one.event == "waiting" and one.rule is None else one.event
    key = "announced_of" if one.event == "announced" and one.earlier is not None else key
    key = "claimed_free" if one.event == "claimed" and not one.told.get("turn_back") else key
    said = str(printer.t(f"assigning.told_{key}", **about))
    return f"{said} {one.reason}" if one.reason else said


def tell_assignment(printer: Any, view: "LeadView") -> None:
    """Print by when a lead should be reached, and how it came to its owner; nothing for a look at the past."""
    if view.respond_by is not None or view.assignment is not None:
        click.echo()
    if view.respond_by is not None:
        key = "answered" if view.lead.first_contact_at else "respond_by"
        at = "" if view.lead.first_contact_at is None else printer.moment(view.lead.first_contact_at)
        click.echo(printer.t(f"assigning.{key}", by=printer.moment(view.respond_by), at=at))
    if view.assignment is not None:
        click.echo(sentence(printer, view.assignment))


def tell_given(printer: Any, session: Session, number: int) -> None:
    """Print to whom a new lead was given, where that was decided and not said."""
    from patron.core.crm import explain_lead

    for one in explain_lead(session, number)[:1] if printer.style == "text" else ():
        click.echo(sentence(printer, one))


def _print(printer: Any, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of plain values."""
    from patron.cli.printing import print_csv, print_json
    from patron.cli.tables import print_table
    from patron.core.store.kinds import to_json

    if printer.style == "json":
        print_json([{name: to_json(row[name]) for name in columns} for row in rows])
    elif printer.style == "csv":
        print_csv(columns, rows)
    else:
        head = [printer.t(f"assigning.column_{name}") for name in columns]
        print_table([head, *([str(row[name] if row[name] is not None else "") for name in columns] for row in rows)])
