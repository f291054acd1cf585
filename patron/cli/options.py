"""
What the commands on records have in common: their options, and the commands that all nouns have alike.

The help of an option that stands for a field is the field's label, so that a field is called the same everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.i18n import CORE
from patron.core.session import Session, SessionFactory

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FORMAT = click.option(
    "--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True, help="records.format"
)
SET = click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="records.set")
REASON = click.option("--reason", metavar="TEXT", help="records.reason")
SINCE = click.option("--since", metavar="TIME", help="records.since")
AT = click.option("--at", metavar="TIME", help="records.at")
KNOWN_AT = click.option("--known-at", metavar="TIME", help="records.known_at")
BY = click.option("--by", metavar="WHO", help="records.history_by")
VERSION = click.option("--version", type=int, metavar="N", help="records.version")

SHOWN = 100
"""Records that a list shows as text, where nobody said how many."""


class FieldOption(click.Option):
    """
    An option that gives a field its value; where that is a code, its help lists the codes of the core.

    Args:
        args: as for `click.Option`.
        noun: whose field it is; None where the option's help says more than the field's label.
        about: as for `click.Option`.
    """

    def __init__(self, *args: Any, noun: str | None = None, **about: Any) -> None:
        super().__init__(*args, **about)
        self.noun = noun

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's name and help."""
        record = super().get_help_record(ctx)
        if record is None or self.noun is None:
            return record
        from patron.core.nouns import NOUNS, core_codes, fields_of  # loaded for help on records only

        known = core_codes().get(fields_of(NOUNS[self.noun])[str(self.name)].codes or "")
        return (record[0], f"{record[1]} ({', '.join(known)})") if known else record


def field_option(noun: str, flag: str, field: str, **about: Any) -> Decorator:
    """Return an option that gives the field of a noun its value; its help is the field's label."""
    own = f"fields.{noun}.{field}"
    key = own if CORE.find("en", own) else f"fields.{field}"

    said = {"help": key, "metavar": "VALUE", **about}
    return click.option(flag, field, cls=FieldOption, noun=None if "help" in about else noun, **said)


def read_settings(pairs: Sequence[str], named: Mapping[str, object] | None = None) -> dict[str, object]:
    """
    Return the values that `--set FIELD=VALUE` and the options of fields give.

    Raises:
        UsageError: a pair has no `=`, or a field is given twice.
    """
    found = {name: value for name, value in (named or {}).items() if value is not None}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name = name.strip()
        if not sign or not name:
            raise UsageError("records.no_pair", catalogue=WORDS, got=pair[:60])
        if name in found:
            raise UsageError("crm.field_twice", field=name)
        found[name] = value
    return found


def list_command(
    noun: str, columns: Sequence[str], *, order: Sequence[str] = (), run: Callable[..., Any] | None = None
) -> click.Command:
    """
    Return the command that lists the records of a noun.

    Args:
        noun: of which kind.
        columns: fields that are shown as text.
        order: by which fields, where nobody said.
        run: the use case, `(session, Query)` → `Page`; the one that all nouns have by default.
    """

    @click.command("list", help=f"records.{noun}_list", epilog=f"records.{noun}_list_example")
    @click.option("--where", metavar="CONDITION", help="records.where")
    @click.option("--sort", multiple=True, metavar="FIELD", help="records.sort")
    @click.option("--limit", type=click.IntRange(min=0), help="records.limit")
    @click.option("--offset", type=click.IntRange(min=0), default=0, help="records.offset")
    @FORMAT
    @click.pass_obj
    def command(
        app: SessionFactory, /, where: str | None, sort: tuple[str, ...], limit: int | None, offset: int, style: str
    ) -> None:
        from patron.cli.printing import Printer  # the store is loaded when there is something to print
        from patron.core.crm import Query, list_records

        most = SHOWN if limit is None and style == "text" else limit
        query = Query(noun=noun, where=where, order=sort or tuple(order), limit=most, offset=offset)
        with app.session() as session:
            Printer(session, style).page((run or list_records)(session, query), columns)

    return command


def add_command(
    noun: str, options: Sequence[Decorator], run: Callable[[Any, dict[str, object]], Any] | None = None
) -> click.Command:
    """
    Return the command that adds a record of a noun.

    Args:
        noun: of which kind.
        options: those of its fields.
        run: the use case, `(session, values)` → record; the one that all nouns have by default.
    """

    @FORMAT
    @SET
    @click.pass_obj
    def add(app: SessionFactory, /, settings: tuple[str, ...], style: str, **named: Any) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import AddRecord, add_record

        values = read_settings(settings, named)
        with app.session() as session:
            record = run(session, values) if run else add_record(session, AddRecord(noun=noun, values=values))
            Printer(session, style).done("added", record)

    return _command("add", noun, options, add)


def change_command(noun: str, options: Sequence[Decorator] = (), run: Callable[[Any, Any], Any] | None = None) -> click.Command:
    """
    Return the command that changes a record of a noun.

    Args:
        noun: of which kind.
        options: those of its fields.
        run: the use case, `(session, ChangeRecord)` → record; the one that all nouns have by default.
    """

    @click.argument("record", metavar="ID")
    @FORMAT
    @VERSION
    @SINCE
    @REASON
    @SET
    @click.pass_obj
    def change(
        app: SessionFactory,
        /,
        record: str,
        settings: tuple[str, ...],
        reason: str | None,
        since: str | None,
        version: int | None,
        style: str,
        **named: Any,
    ) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import ChangeRecord, change_record, find_id
        from patron.core.crm.values import read_instant

        with app.session() as session:
            command = ChangeRecord(
                noun=noun,
                id=find_id(session, noun, record),
                values=read_settings(settings, named),
                version=version,
                effective_at=read_instant("--since", since, session.settings.timezone),
                reason=reason,
            )
            Printer(session, style).done("changed", (run or change_record)(session, command))

    return _command("change", noun, options, change)


def show_command(noun: str, full: Callable[[Any, Any, int], None] | None = None, *, moving: bool = True) -> click.Command:
    """
    Return the command that prints one record of a noun.

    Args:
        noun: of which kind.
        full: prints everything that is known of it now, `(session, printer, id)`; the record alone by default.
        moving: it has fields whose earlier values the history knows.
    """

    @click.argument("record", metavar="ID")
    @FORMAT
    @click.pass_obj
    def show(app: SessionFactory, /, record: str, style: str, at: str | None = None, known_at: str | None = None) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import find_id, show_record

        with app.session() as session:
            times = read_times(session, at, known_at)
            printer, number = Printer(session, style), find_id(session, noun, record, merged=True)
            if full is not None and not times:
                full(session, printer, number)
                return
            page = show_record(session, noun, number, **times)
            printer.record(page.records[0], page.names)

    return _command("show", noun, (AT, KNOWN_AT) if moving else (), show)


def read_times(session: Session, at: str | None, known_at: str | None) -> dict[str, datetime | None]:
    """Return the times that `--at` and `--known-at` give; nothing where neither was given."""
    from patron.core.crm.values import read_instant

    written = {"at": at, "known_at": known_at}
    zone = session.settings.timezone
    times = {name: read_instant(f"--{name.replace('_', '-')}", one, zone, ends=True) for name, one in written.items()}
    return times if any(times.values()) else {}


def history_command(noun: str) -> click.Command:
    """Return the command that prints the history of a record of a noun."""

    @click.command("history", help=f"records.{noun}_history", epilog=f"records.{noun}_history_example")
    @click.argument("record", metavar="ID")
    @click.option("--field", metavar="FIELD", help="records.history_field")
    @KNOWN_AT
    @BY
    @FORMAT
    @click.pass_obj
    def command(app: SessionFactory, /, record: str, field: str | None, known_at: str | None, by: str | None, style: str) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import find_id, history_of, names_of_changes

        with app.session() as session:
            known = read_times(session, None, known_at).get("known_at")
            changes = history_of(session, noun, find_id(session, noun, record, merged=True), field=field, known_at=known, by=by)
            Printer(session, style).changes(noun, changes, names_of_changes(session, noun, changes))

    return command


def _command(verb: str, noun: str, options: Sequence[Decorator], function: Callable[..., Any]) -> click.Command:
    for option in reversed(options):
        function = option(function)
    return click.command(verb, help=f"records.{noun}_{verb}", epilog=f"records.{noun}_{verb}_example")(function)
