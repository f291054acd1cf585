"""
`patron consent`: what customers said about being contacted.
"""

from collections.abc import Callable
from typing import Any

import click

from patron.cli.options import FORMAT, SET, field_option, list_command, read_settings
from patron.core.session import SessionFactory

_VERBS = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn"}
_COLUMNS = ("at", "customer_id", "decision", "channel", "purpose", "given_by", "evidence")


@click.group("consent", help="consent.help", epilog="consent.examples")
def command() -> None:
    """Hold the commands on consents."""


def _deciding(verb: str) -> Callable[..., Any]:
    @click.command(verb, help=f"consent.{verb}", epilog=f"consent.{verb}_example")
    @click.argument("record", metavar="CUSTOMER")
    @field_option("consent", "--channel", "channel")
    @field_option("consent", "--purpose", "purpose")
    @field_option("consent", "--at", "at")
    @field_option("consent", "--given-by", "given_by")
    @field_option("consent", "--evidence", "evidence")
    @SET
    @FORMAT
    @click.pass_obj
    def decide(app: SessionFactory, /, record: str, settings: tuple[str, ...], style: str, **named: Any) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import AddConsent, add_consent, find_id

        with app.session() as session:
            about = {"decision": _VERBS[verb], "customer_id": f"#{find_id(session, 'customer', record)}"}
            added = add_consent(session, AddConsent(values=read_settings(settings, {**named, **about})))
            Printer(session, style).done("added", added)

    return decide


for _verb in _VERBS:
    command.add_command(_deciding(_verb))  # type: ignore[arg-type]  # click's decorator made it a command
command.add_command(list_command("consent", _COLUMNS, order=("-at",)))


@command.command("show", help="consent.show", epilog="consent.show_example")
@click.argument("record", metavar="CUSTOMER")
@click.option("--at", metavar="TIME", help="consent.show_at")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format")
@click.pass_obj
def show(app: SessionFactory, /, record: str, at: str | None, style: str) -> None:
    """Print what a customer said about being contacted, and what follows."""
    from patron.cli.permissions import print_consents
    from patron.core.crm import find_id, show_consents
    from patron.core.crm.values import read_instant

    with app.session() as session:
        moment = read_instant("--at", at, session.settings.timezone, ends=True)
        print_consents(session, show_consents(session, find_id(session, "customer", record), at=moment), style)
