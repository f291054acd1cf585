"""
`patron intake`: what reaches us through channels, and what became of it.
"""

import json
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import attrs
import click

from patron.cli.options import FORMAT, REASON, list_command, read_settings
from patron.cli.wording import WORDS
from patron.core.clock import wall_time
from patron.core.errors import InputError, UsageError
from patron.core.names import listed
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.cli.printing import Printer
    from patron.core.intake import Polled, Received, Standing
    from patron.core.nouns import Receipt

_Split = Callable[[BinaryIO], Iterator[bytes]]
_Leave = Callable[[Path, str], None]
"""Tells of a file that is left alone, with the key of the reason."""

_COLUMNS = ("received_at", "connection", "kind", "outcome", "lead_id", "reason")
_STDIN = Path("-")
_HIDDEN = (".", "~$")
"""How names of files begin that programs keep for themselves, or are not done with."""
_NAMED = 20
"""Receipts that a line names."""
_WAITING = "quarantined"
_UNTAKEN = (_WAITING, "rejected")
_UNDECIDED = ("matching.alike_customers", "matching.several_customers")
"""Reasons that leave it to a person who somebody is."""


@click.group("intake", help="intake.help", epilog="intake.examples")
def command() -> None:
    """Hold the commands on the intake."""


@command.command("receive", help="intake.receive", epilog="intake.receive_example")
@click.argument("name", metavar="CONNECTION")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--type", "content_type", default="", metavar="TYPE", help="intake.content_type")
@FORMAT
@click.pass_context
def receive(context: click.Context, /, name: str, sources: tuple[Path, ...], content_type: str, style: str) -> None:
    """Take in files as deliveries of a connection."""
    from patron.core.intake import open_connection, receive_all
    from patron.core.records import Delivery

    app: SessionFactory = context.obj
    names: deque[str] = deque()

    def deliveries(session: Session) -> "Iterator[Delivery]":
        def leave(path: Path, key: str) -> None:
            session.reporter.notice(session.t.within(WORDS)(key, path=path))

        for path, body in _bodies(sources, open_connection(session, name).channel.split or _whole, leave):
            names.append(path.name)
            delivery = Delivery(body=body, received_at=session.clock.now(), content_type=content_type, name=path.name)
            yield attrs.evolve(delivery, entered_by=session.login or "")

    with app.session() as session, _telling(session, style) as teller:
        for one in receive_all(session, name, deliveries(session)):
            teller.hear(one, names.popleft())
    if teller.failed:
        context.exit(1)


@command.command("poll", help="intake.poll", epilog="intake.poll_example")
@click.argument("names", metavar="[CONNECTION]...", nargs=-1)
@click.option("--again", is_flag=True, help="intake.again")
@FORMAT
@click.pass_context
def poll(context: click.Context, /, names: tuple[str, ...], again: bool, style: str) -> None:
    """Ask the providers of connections for what is new."""
    from patron.core.intake import forget
    from patron.core.intake import poll as ask

    if again and not names:
        raise UsageError("intake.again_all", catalogue=WORDS)
    app: SessionFactory = context.obj
    with app.session() as session:
        for name in names if again else ():
            forget(session, name)
        with _telling(session, style) as teller:
            polled = ask(session, names, hear=teller.hear)
            for one in polled:
                _tell_gone(session, one)
                for problem in one.problems:
                    session.reporter.notice(f"{one.connection}: {problem.message(session.t.lang)}")
            if not polled:
                session.reporter.notice(session.t.within(WORDS)("intake.nothing_to_poll"))
    if any(one.problems for one in polled):
        context.exit(1)


def _tell_gone(session: Session, one: "Polled") -> None:
    """Say of which leads a provider has no details any more, for nobody asks for them again by itself."""
    if one.gone:
        numbers = [str(receipt.id) for receipt in one.gone[:_NAMED]] + (["…"] if len(one.gone) > _NAMED else [])
        say = session.t.within(WORDS)
        session.reporter.notice(say("intake.gone", connection=one.connection, count=len(one.gone), receipts=" ".join(numbers)))


@command.command("enter", help="intake.enter", epilog="intake.enter_example")
@click.argument("name", metavar="CONNECTION")
@click.argument("pairs", metavar="FIELD=VALUE...", nargs=-1, required=True)
@FORMAT
@click.pass_context
def enter(context: click.Context, /, name: str, pairs: tuple[str, ...], style: str) -> None:
    """Take in what somebody of us writes down: a visit, a call, a visitor of an event."""
    from patron.core.intake import receive as take
    from patron.core.records import Delivery

    app: SessionFactory = context.obj
    with app.session() as session:
        now = session.clock.now()
        # Without its time the same said again would be the same thing; a time that was said comes first, whatever it is called.
        said = dict(read_settings(pairs))
        said.setdefault("at", now.isoformat())
        body = json.dumps(said, ensure_ascii=False).encode()
        delivery = Delivery(body=body, received_at=now, content_type="application/json", name="entered")
        done = take(session, name, attrs.evolve(delivery, entered_by=session.login or ""))
        _tell(session, [done], style)
        _tell_owners(session, name, done, style)
    if done.problem is not None or any(outcome in _UNTAKEN for outcome in done.outcomes):
        context.exit(1)


@command.command("qr", help="intake.qr", epilog="intake.qr_example")
@click.argument("name", metavar="CONNECTION")
@click.argument("campaign", metavar="CAMPAIGN")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="intake.qr_output")
@click.pass_obj
def qr(app: SessionFactory, /, name: str, campaign: str, output: Path | None) -> None:
    """Write the code that leads visitors of an event to our form."""
    from patron.cli.codes import write_code
    from patron.core.crm import find_id
    from patron.core.intake import open_connection

    with app.session() as session:
        find_id(session, "campaign", campaign)
        opened = open_connection(session, name)
        address = opened.channel.address(campaign, opened.connection) if opened.channel.address else ""
        if not address:
            raise UsageError("intake.no_address", catalogue=WORDS, name=name)
        if output is not None:
            write_code(address, output)
        click.echo(address)


@command.command("render", help="intake.render", epilog="intake.render_example")
@click.argument("name", metavar="CONNECTION")
@click.argument("leads", metavar="LEAD...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="intake.render_output")
@click.pass_obj
def render(app: SessionFactory, /, name: str, leads: tuple[str, ...], output: Path | None) -> None:
    """Write leads as a channel would receive them."""
    from patron.cli.permissions import tell_refusals
    from patron.core.crm import find_id
    from patron.core.files import write_bytes
    from patron.core.intake import render_leads

    with app.session() as session:
        numbers = [find_id(session, "lead", lead) for lead in leads]
        body = render_leads(session, name, numbers)
        tell_refusals(session, numbers)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        write_bytes(output, body)


@command.command("connections", help="intake.connections", epilog="intake.connections_example")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format")
@click.pass_obj
def connections(app: SessionFactory, /, style: str) -> None:
    """List the connections that are configured, and how far each has come that asks its provider."""
    from patron.cli.printing import print_json
    from patron.cli.tables import print_table
    from patron.core.intake import standings

    with app.session() as session:
        t = session.t.within(WORDS)
        zone = session.settings.timezone
        rows = [
            {
                "connection": one.name,
                "channel": one.channel,
                "polled_at": _moment(one.cursor.polled_at, zone) if one.polled else None,
                "problem": _problem(session, one),
            }
            for one in standings(session)
        ]
    if style == "json":
        print_json(rows)
        return
    head = [t(f"intake.column_{name}") for name in ("connection", "code", "polled_at", "problem")]
    print_table([head, *([str(cell or "–") for cell in row.values()] for row in rows)])


def _problem(session: Session, one: "Standing") -> str | None:
    """Return why a connection can't be opened, or else why its provider could not be asked the last time."""
    if one.problem is not None:
        return one.problem.message(session.t.lang)
    return None if one.cursor.problem is None else session.said(one.cursor.problem)


def _moment(at: datetime | None, zone: str) -> str | None:
    return None if at is None else wall_time(at, zone)


command.add_command(list_command("receipt", _COLUMNS, order=("-received_at", "-id")))


@command.command("show", help="intake.show", epilog="intake.show_example")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--raw", is_flag=True, help="intake.raw")
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, number: int, raw: bool, style: str) -> None:  # click gives it by name
    """Print a receipt and what reached us."""
    from patron.cli.printing import Printer
    from patron.core.intake import show_receipt

    with app.session() as session:
        view = show_receipt(session, number)
        body = b"" if view.delivery is None else view.delivery.body
        if raw:
            sys.stdout.buffer.write(body)
            return
        printer = Printer(session, style)
        text = body.decode("utf-8", "replace")
        printer.record(view.receipt, view.names, body=text)
        if style == "text" and view.receipt.outcome == _WAITING:
            click.echo("\n" + _advice(view.receipt, printer, shown=True))
        if style == "text" and view.delivery is not None:
            click.echo("\n" + printer.t("intake.body", size=len(body), name=view.delivery.name or "–"))
            click.echo(_shown(text))


@command.command("replay", help="intake.replay", epilog="intake.replay_example")
@click.argument("numbers", metavar="[ID]...", nargs=-1, type=click.IntRange(min=1))
@click.option("--customer", metavar="CUSTOMER", type=click.IntRange(min=1), help="intake.customer")
@click.option("--new", "is_new", is_flag=True, help="intake.new")
@FORMAT
@click.pass_context
def replay(context: click.Context, /, numbers: tuple[int, ...], customer: int | None, is_new: bool, style: str) -> None:
    """
    Read what is in quarantine, or waits, again.

    Of receipts that are named, one that goes on waiting is a failure; of all, one that could not even be read is.
    """
    from patron.core.intake import NEW, each_settled
    from patron.core.intake import replay as again

    if is_new and customer is not None:
        raise UsageError("intake.customer_or_new", catalogue=WORDS)
    app: SessionFactory = context.obj
    with app.session() as session, _telling(session, style) as teller:
        for one in () if numbers else each_settled(session):
            teller.hear(one)
        for one in again(session, numbers, NEW if is_new else customer):
            teller.hear(one)
    if teller.failed or (numbers and teller.untaken):
        context.exit(1)


@command.command("drop", help="intake.drop", epilog="intake.drop_example")
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(min=1))
@REASON
@FORMAT
@click.pass_obj
def drop(app: SessionFactory, /, numbers: tuple[int, ...], reason: str | None, style: str) -> None:
    """Note that nothing is to come of what is in quarantine."""
    from patron.cli.printing import Printer
    from patron.core.intake import drop as put_away

    with app.session() as session:
        dropped = put_away(session, numbers, reason)
        printer = Printer(session, style)
        for receipt in dropped:
            printer.done("dropped", receipt)
        for number in sorted({*numbers} - {one.id for one in dropped}):
            session.reporter.notice(printer.t("intake.dropped_before", id=number))


@command.command("snippet", help="intake.snippet", epilog="intake.snippet_example")
@click.argument("name", metavar="CONNECTION")
@click.option("--url", metavar="URL", help="intake.url")
@click.pass_obj
def snippet(app: SessionFactory, /, name: str, url: str | None) -> None:
    """Print the HTML by which a page of ours sends to a connection."""
    from patron.core.intake import open_connection

    with app.session() as session:
        opened = open_connection(session, name)
        if opened.channel.snippet is None:
            raise UsageError("intake.no_snippet", catalogue=WORDS, name=name, channel=opened.channel.code)
        base = session.settings.serve.url
        address = url or (f"{base.rstrip('/')}/intake/{quote(name)}" if base else None)
        if address is None:
            raise UsageError("intake.no_url", catalogue=WORDS, name=name)
        click.echo(opened.channel.snippet(opened.connection, address, session.t.lang), nl=False)


@command.command("channels", help="intake.channels", epilog="intake.channels_example")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format")
@click.pass_obj
def channels(app: SessionFactory, /, style: str) -> None:
    """List the channels that plugins bring."""
    from patron.cli.printing import print_json
    from patron.cli.tables import print_table

    with app.session() as session:
        t = session.t.within(WORDS)
        rows = [
            {
                "code": owned.item.code,
                "title": session.t.within(owned.catalogue)(f"channel.{owned.item.code}"),
                "source": owned.item.source,
                "transports": list(owned.item.transports),
                "plugin": owned.plugin,
            }
            for owned in session.host.channels()
        ]
        if style == "json":
            print_json(rows)
            return
        head = [t(f"intake.column_{name}") for name in ("code", "title", "source", "transports", "plugin")]
        lang = session.t.lang
        cells = [[listed(one).in_words(lang) if isinstance(one, list) else str(one) for one in row.values()] for row in rows]
        print_table([head, *cells])


def _bodies(sources: Iterable[Path], split: _Split, leave: _Leave) -> Iterator[tuple[Path, bytes]]:
    """Yield the bytes of deliveries, in files, folders, maildirs and standard input; tell what is left alone."""
    for source in sources:
        if source == _STDIN:
            yield from ((Path("stdin"), body) for body in split(sys.stdin.buffer))
            continue
        try:
            for path in _files(source):
                file = _opened(path, leave) if source.is_dir() else path.open("rb")
                if file is not None:
                    with file:
                        yield from ((path, body) for body in _complete(path, file, split, leave))
        except FileNotFoundError as error:
            raise InputError("source.no_file", file=str(source)) from error
        except OSError as error:
            raise InputError("intake.no_file", catalogue=WORDS, path=source, reason=error.strerror or "–") from error


def _files(source: Path) -> Sequence[Path]:
    if not source.is_dir():
        return [source]
    maildir = [source / name for name in ("new", "cur")]
    folders = maildir if all(folder.is_dir() for folder in maildir) else [source]
    found = (path for folder in folders for path in folder.iterdir() if not path.name.startswith(_HIDDEN))
    return sorted(path for path in found if path.is_file())


def _opened(path: Path, leave: _Leave) -> BinaryIO | None:
    """Open a file that was found in a folder; returns None for a link that leads out of that, a pipe, and what is gone by now."""
    # Whoever may write to the folder could have us read for them what they may not; looked at when it is opened, and not followed
    # where it became a link since. A pipe that nobody writes to would keep us waiting.
    target = path.resolve()
    if target.parent != path.parent.resolve():
        leave(path, "intake.left_link")
        return None
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        file = open(target, "rb", opener=lambda name, flags: os.open(name, flags | careful))  # noqa: SIM115  # the caller closes it
    except FileNotFoundError:
        return None
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    return None


def _complete(path: Path, file: BinaryIO, split: _Split, leave: _Leave) -> Iterator[bytes]:
    """Yield the deliveries in a file; of one that somebody is still writing not the last, which may be half of one."""
    before, held = _state(file), None
    for body in split(file):
        if held is not None:
            yield held
        held = body
    if _state(file) != before:
        leave(path, "intake.left_growing")
    elif held is not None:
        yield held


def _state(file: BinaryIO) -> tuple[int, int]:
    """Return what changes of a file when it is written to; a pipe has nothing that would say so."""
    about = os.fstat(file.fileno())
    return (about.st_size, about.st_mtime_ns) if stat.S_ISREG(about.st_mode) else (0, 0)


def _whole(file: BinaryIO) -> Iterator[bytes]:
    yield file.read()


def _tell(session: Session, done: "Iterable[Received]", style: str) -> None:
    """Say what became of deliveries."""
    with _telling(session, style) as teller:
        for one in done:
            teller.hear(one)


@contextmanager
def _telling(session: Session, style: str) -> "Iterator[_Teller]":
    """Say what became of deliveries while a block hears of them, and what they come to when it ends."""
    teller = (_Teller if style == "text" else _JsonTeller)(session)
    try:
        yield teller
    except BaseException:
        teller.break_off()
        raise
    teller.end()


class _Teller:
    """
    Says in lines what became of deliveries, one by one, so that however many there are takes no memory.

    Attributes:
        failed: one could not be taken in, or read.
        untaken: something waits for a person, or was rejected.
    """

    def __init__(self, session: Session) -> None:
        from patron.cli.printing import Printer
        from patron.core.intake import outcomes_of

        self.failed = self.untaken = False
        self._session = session
        self._printer = Printer(session, "text")
        self._counts = outcomes_of(())
        self._of_nobody = 0
        self._waiting: dict[str, int] = {}

    def hear(self, one: "Received", name: str = "") -> None:
        """Say what became of a delivery; what it is called stands before what is wrong with it."""
        self.untaken |= bool(set(one.outcomes) & set(_UNTAKEN))
        for outcome in one.outcomes:
            self._counts[outcome] += 1
        self._of_nobody += not one.outcomes and one.delivery_id is not None and one.problem is None
        if one.problem is not None:
            self.failed = True
            said = one.problem.message(self._session.t.lang)
            said = f"{name}: {said}" if name else said
            waiting = 0 if one.delivery_id is None else max(1, len(one.receipts))
            self._waiting[said] = self._waiting.get(said, 0) + waiting
        self._tell(one)

    def _tell(self, one: "Received") -> None:
        from patron.core.intake import is_for_others

        printer = self._printer
        for receipt, outcome in zip(one.receipts, one.outcomes, strict=False):
            lead = "" if receipt.lead_id is None else printer.t("intake.to_lead", lead=receipt.lead_id)
            said = printer.labels.code("intake_outcome", outcome.value)
            why = "" if receipt.reason is None else self._session.said(receipt.reason)
            click.echo(printer.t("intake.line", id=receipt.id, outcome=said, lead=lead, reason=why).rstrip())
            if outcome.value == _WAITING and one.problem is None and not is_for_others(receipt):
                click.echo(f"  {_advice(receipt, printer)}")

    def break_off(self) -> None:
        """Leave it at what was said."""

    def end(self) -> None:
        """Say what kept deliveries from being taken in or read, the same once, and what all of them come to."""
        for said, waiting in self._waiting.items():
            self._session.reporter.notice(said)
            if waiting:
                self._session.reporter.notice(self._session.t.within(WORDS)("intake.kept_waiting", count=waiting))
        click.echo(self._printer.t("intake.total", **{outcome.value: count for outcome, count in self._counts.items()}))
        if self._of_nobody:
            click.echo(self._printer.t("intake.of_nobody", count=self._of_nobody))


class _JsonTeller(_Teller):
    """Prints a list of what became of deliveries, one by one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._begun = False

    def _tell(self, one: "Received") -> None:
        for place, outcome in enumerate(one.outcomes):
            said = json.dumps({"outcome": outcome.value, **_said(one, place, self._printer)}, ensure_ascii=False, indent=2)
            click.echo(("," if self._begun else "[") + "\n" + indent(said, "  "), nl=False)
            self._begun = True

    def break_off(self) -> None:
        """End the list, where there is one."""
        if self._begun:
            self.end()

    def end(self) -> None:
        """End the list."""
        click.echo("\n]" if self._begun else "[]")


def _tell_owners(session: Session, name: str, done: "Received", style: str) -> None:
    """Say who has the leads that came of a delivery, of those that the actor may see."""
    from patron.core.intake import open_connection, tell

    seen = {receipt.lead_id for receipt in done.receipts} - {None}
    if style == "text" and seen and done.delivery_id is not None:
        for one in tell(session, open_connection(session, name), done.delivery_id, session.t.lang):
            if one.lead in seen:
                click.echo(one.message)


def _advice(receipt: "Receipt", printer: "Printer", *, shown: bool = False) -> str:
    """Return what a person can do about a receipt that waits; where what reached us is *shown* there is no need to say how."""
    undecided = receipt.reason is not None and receipt.reason.key in _UNDECIDED
    advice = printer.t("intake.say_who" if undecided else "intake.mend", id=receipt.id)
    return advice if shown else f"{advice} {printer.t('intake.look', id=receipt.id)}"


def _said(one: "Received", place: int, printer: Any) -> dict[str, Any]:
    if one.problem is not None:
        return {"reason": one.problem.message(printer.t.lang)}
    return {"receipt": printer.plain(one.receipts[place])} if place < len(one.receipts) else {}


def _shown(text: str, most: int = 4_000) -> str:
    """Return a text that can't disturb the terminal: no control signs, of bounded length."""
    lines = text.replace("\r\n", "\n")
    kept = "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in lines[:most])
    return kept + (" …" if len(lines) > most else "")
