"""
`patron mail`: to write to many, each by name, and to see who answered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mailing.words import WORDS

if TYPE_CHECKING:
    from patron import SessionFactory
    from patron.core.session import Session
    from patron.plugins.mailing.merging import Merged


@click.group("mail", help="mailing.help")
def mail() -> None:
    """Hold the commands on letters to many."""


@mail.command("merge", help="mailing.merge", epilog="mailing.merge_example")
@click.argument("templates", metavar="TEMPLATE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--where", metavar="CONDITION", help="mailing.where")
@click.option("--purpose", "purpose", default="marketing", show_default=True, metavar="PURPOSE", help="mailing.purpose")
@click.option("--channel", default="email", show_default=True, metavar="CHANNEL", help="mailing.channel")
@click.option("--from", "sender", metavar="ADDRESS", help="mailing.sender")
@click.option("--unsubscribe", metavar="ADDRESS", help="mailing.unsubscribe")
@click.option("--preview", type=click.IntRange(min=1), metavar="N", help="mailing.preview")
@click.option("--record", is_flag=True, help="mailing.record")
@click.option("--campaign", metavar="CODE", help="mailing.campaign")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR|OUT.mbox|OUT.xlsx", help="mailing.output")
@click.pass_obj
def merge_command(
    app: SessionFactory,
    /,
    templates: tuple[Path, ...],
    where: str | None,
    purpose: str,
    channel: str,
    sender: str | None,
    unsubscribe: str | None,
    preview: int | None,
    record: bool,
    campaign: str | None,
    output: Path | None,
) -> None:
    """Write letters, and send none."""
    from patron import UsageError
    from patron.plugins.mailing.leaving import lacks_way_out
    from patron.plugins.mailing.merging import Merge, merge
    from patron.plugins.mailing.output import write_letters
    from patron.plugins.mailing.placing import finish, place
    from patron.plugins.mailing.template import read_template

    if output is None and preview is None:
        raise UsageError("mailing.nowhere", catalogue=WORDS)
    with app.session() as session:
        t = session.t.within(WORDS)
        earlier = finish(session, output) if record and output is not None and preview is None else None
        if earlier is not None:
            session.reporter.notice(t("mailing.finished", count=earlier, path=output))
            return
        read = tuple(read_template(path) for path in templates)
        merged = merge(session, Merge(templates=read, where=where, purpose=purpose, channel=channel))
        _tell(session, merged)
        if preview is not None or output is None:
            for one in merged.letters[:preview]:
                click.echo(f"{one.customer.name} #{one.customer.id} <{one.address}>\n{one.subject}\n\n{one.body.rstrip()}\n")
            count = len(merged.letters)
            session.reporter.notice(t("mailing.previewed", shown=min(preview or 0, count), count=count))
            return
        about: dict[str, Any] = {"sender": sender, "unsubscribe": unsubscribe, "lang": session.t.lang}

        def write(path: Path) -> None:
            write_letters(path, merged.letters, merged.ask, **about)

        if record and merged.letters:
            place(session, merged, output, write, campaign)
        else:
            write(output)
        if unsubscribe is None and lacks_way_out(session, merged.ask, [one.unsubscribe for one in merged.letters]):
            session.reporter.notice(t("mailing.unsubscribable"))
        session.reporter.notice(t("mailing.wrote", count=len(merged.letters), path=output))


def _tell(session: Session, merged: Merged) -> None:
    from patron.plugins.mailing.merging import told_of

    t = session.t.within(WORDS)
    lacking, known = told_of(merged)
    if merged.lacking:
        session.reporter.notice(t("mailing.lacking", count=sum(merged.lacking.values()), values=lacking))
    if merged.asks_known:
        session.reporter.notice(t("mailing.asks_known", fields=known, instead="{{ask FIELD}}"))


@mail.command("responses", help="mailing.responses", epilog="mailing.responses_example")
@click.argument("campaign", metavar="CAMPAIGN")
@click.option("--within", type=click.IntRange(1, 3650), default=30, show_default=True, metavar="DAYS", help="mailing.within")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="mailing.format")
@click.pass_obj
def responses_command(app: SessionFactory, /, campaign: str, within: int, style: str) -> None:
    """Print how many answered."""
    from patron import Labels
    from patron.plugins.mailing.responses import rates, responses

    with app.session() as session:
        t, labels = session.t.within(WORDS), Labels(session.records.vocabulary, session.t.lang)
        found = rates(responses(session, campaign, within=within))
        if style == "json":
            rows = [
                {
                    "channel": one.channel,
                    "message": one.note,
                    "sent": one.sent,
                    "responded": one.responded,
                    "days": one.days,
                    "unsubscribed": one.left,
                }
                for one in found
            ]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        if not found:
            click.echo(t("mailing.nothing_sent"))
        for one in found:
            days = "" if one.days is None else t("mailing.days", days=f"{one.days:.1f}")
            days += t("mailing.left", count=one.left) if one.left else ""
            about = {"channel": labels.code("contact_channel", one.channel), "note": one.note, "days": days}
            click.echo(t("mailing.rate", sent=one.sent, responded=one.responded, rate=f"{one.rate:.1%}", **about))
