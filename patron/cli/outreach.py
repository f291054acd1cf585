"""
`patron outreach`: whether somebody may be contacted, and who contacted somebody without knowing of others.
"""

import click

from patron.cli.options import field_option
from patron.core.session import SessionFactory

_STYLE = click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format"
)


@click.group("outreach", help="consent.outreach")
def command() -> None:
    """Hold the commands on reaching out to customers."""


@command.command("check", help="consent.check", epilog="consent.check_example")
@click.argument("record", metavar="CUSTOMER")
@field_option("interaction", "--channel", "channel", default="phone")
@field_option("interaction", "--purpose", "purpose", default="sales")
@click.option("--at", metavar="TIME", help="consent.check_at")
@_STYLE
@click.pass_context
def check(ctx: click.Context, /, record: str, channel: str, purpose: str, at: str | None, style: str) -> None:
    """Print whether a customer may be contacted; exit with 1 where they may not."""
    from patron.cli.permissions import print_verdict
    from patron.core.crm import find_id
    from patron.core.crm.values import read_instant
    from patron.core.nouns import Labels
    from patron.core.outreach import Answer, asking

    app: SessionFactory = ctx.obj
    with app.session() as session:
        labels = Labels(session.records.vocabulary, session.t.lang)
        written = {"channel": channel, "purpose": purpose}
        said = {name: labels.code_called(labels.field_called("interaction", name), value) for name, value in written.items()}
        moment = read_instant("--at", at, session.settings.timezone)
        verdict = asking(session, find_id(session, "customer", record), at=moment, **said)
        print_verdict(session, verdict, style)
    ctx.exit(0 if verdict.answer is Answer.YES else 1)


@command.command("conflicts", help="consent.conflicts", epilog="consent.conflicts_example")
@click.option("--days", type=click.IntRange(min=1, max=366), help="consent.days")
@_STYLE
@click.pass_obj
def conflicts(app: SessionFactory, /, days: int | None, style: str) -> None:
    """Print the customers whom several departments contacted within a short time."""
    from patron.cli.permissions import print_conflicts
    from patron.core.crm.records import called
    from patron.core.outreach import find_conflicts

    with app.session() as session:
        length = session.settings.outreach.conflict_days if days is None else days
        found = find_conflicts(session, days=length)
        with session.read() as reader:
            teams = {team for one in found for team in one.departments}
            names = called(reader, {"customer": {one.customer_id for one in found}, "team": teams})
        print_conflicts(session, found, names, style, length)


@command.command("breaches", help="consent.breaches", epilog="consent.breaches_example")
@click.option("--days", type=click.IntRange(min=1, max=366), help="consent.breach_days")
@_STYLE
@click.pass_obj
def breaches(app: SessionFactory, /, days: int | None, style: str) -> None:
    """Print the contacts that went out against what customers had said."""
    from patron.cli.permissions import print_breaches
    from patron.core.crm.records import called
    from patron.core.outreach import find_breaches

    with app.session() as session:
        length = session.settings.outreach.breach_days if days is None else days
        found = find_breaches(session, days=length)
        with session.read() as reader:
            users = {one.interaction.user_id for one in found if one.interaction.user_id is not None}
            names = called(reader, {"customer": {one.interaction.customer_id for one in found}, "user": users})
        print_breaches(session, found, names, style, length)
