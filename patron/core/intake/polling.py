"""
Polling: asking the providers of connections for what is new, and for what is still awaited of leads that are known.

What a channel fetched is kept in one transaction with the cursor that stands behind it. A process that dies before that fetches
the same again, and what is the same comes in once; no cursor moves over what isn't kept. Two who poll one connection at a time
don't disturb each other: the cursor moves for whoever was first, the other stops.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from patron.core.access import Action
from patron.core.errands.errand import Errand
from patron.core.errands.running import Run, run_apart
from patron.core.errors import ConfigurationError, PatronError, UsageError
from patron.core.intake.awaiting import give_up
from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.keeping import CAUSE, Checked, check, keep_within
from patron.core.intake.reasons import kept_problem, reason_of
from patron.core.intake.received import Received
from patron.core.intake.redacting import secrets_of
from patron.core.intake.settling import each_settled, settled_where_waiting
from patron.core.intake.showing import as_seen
from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.nouns.criterion import Condition, Criterion, Operator, equal
from patron.core.records.intake import Connection, Delivery
from patron.core.records.polling import Fetched
from patron.core.session import Session
from patron.core.store import cursors
from patron.core.store.cursors import Cursor

LONGEST_CURSOR = 1_000_000
"""Characters of a cursor; one that has more would be no place, but a copy of what was fetched."""

_LATE = "intake.late"


@attrs.frozen(kw_only=True)
class Polled:
    """
    What became of asking one provider.

    Attributes:
        connection: its connection.
        received: what became of what was fetched; nothing where somebody heard of it at once.
        gone: the receipts whose details are given up, for the provider says that it has none.
        problems: what kept it from coming to its end, or something that was fetched from being read; what was fetched is kept.
    """

    connection: str
    received: tuple[Received, ...] = ()
    gone: tuple[Receipt, ...] = ()
    problems: tuple[PatronError, ...] = ()

    @property
    def problem(self) -> PatronError | None:
        """The first of the problems; None where it came to its end."""
        return self.problems[0] if self.problems else None


@attrs.frozen(kw_only=True)
class Standing:
    """
    A connection, and how far it has come.

    Attributes:
        name: the connection.
        channel: the code of its channel.
        polled: whether its provider is asked.
        cursor: how far it has come.
        problem: why it can't be opened; None where it can.
    """

    name: str
    channel: str
    polled: bool
    cursor: Cursor
    problem: PatronError | None = None


Hear = Callable[[Received], None]
"""Is told what became of a delivery, as soon as it is read."""


def poll(session: Session, names: Sequence[str] = (), *, run: Run = run_apart, hear: Hear | None = None) -> tuple[Polled, ...]:
    """
    Ask the providers of connections for what is new, and read it; one that fails keeps no other from being asked.

    Args:
        session: the session of an actor who may look after receipts.
        names: the connections; all that can be asked where none is named.
        run: does the errands.
        hear: is told what became of each delivery, so that not all of it is in memory; None to have it in what is returned.

    Raises:
        UsageError, ConfigurationError: a named connection isn't there, is set up wrongly, or can't be asked.
        DeniedError: the actor may not take anything in.
        StoreError: the database can't be written; what was kept waits.
    """
    with session.read() as reader:
        reader.policy.require(reader.actor, Action.UPDATE, "receipt")
    if names:
        opened = [open_connection(session, name) for name in names]
        for one in opened:
            if not _is_polled(one):
                raise _asks_nobody(one)
        return tuple(_poll(session, one, run, hear) for one in opened)
    return tuple(_polled_all(session, run, hear))


def _asks_nobody(opened: Opened) -> UsageError:
    """Return the complaint about a connection that can't be asked: its channel never can, or an option is missing."""
    name, channel = opened.connection.name, opened.channel
    if channel.fetch is None and channel.complete is None:
        return UsageError("intake.never_polled", name=name, channel=channel.code)
    return UsageError("intake.not_polled", name=name, option=channel.polled_with)


def _is_polled(opened: Opened) -> bool:
    """Return whether a connection asks its provider: its channel can, and it says what the channel needs."""
    channel = opened.channel
    asks = channel.fetch is not None or channel.complete is not None
    return asks and (not channel.polled_with or bool(opened.connection.options.get(channel.polled_with)))


def _polled_all(session: Session, run: Run, hear: Hear | None) -> Iterator[Polled]:
    for name in sorted(session.settings.intake):
        try:
            opened = open_connection(session, name)
        except (UsageError, ConfigurationError) as error:
            yield Polled(connection=name, problems=(error,))
            continue
        if _is_polled(opened):
            yield _poll(session, opened, run, hear)


def standings(session: Session) -> tuple[Standing, ...]:
    """Return the connections that are configured, by name, with how far each has come."""
    return tuple(_standing(session, name) for name in sorted(session.settings.intake))


def _standing(session: Session, name: str) -> Standing:
    with session.read() as reader:
        cursor = cursors.read(reader.connection, name)
    try:
        opened = open_connection(session, name)
    except (UsageError, ConfigurationError) as error:
        channel = str(session.settings.intake[name].get("channel", name))
        return Standing(name=name, channel=channel, polled=False, cursor=cursor, problem=error)
    polled = _is_polled(opened)
    return Standing(name=name, channel=opened.channel.code, polled=polled, cursor=cursor)


def forget(session: Session, name: str) -> None:
    """
    Let a connection be polled from the first again; what had come comes in once nevertheless.

    Raises:
        UsageError, ConfigurationError: as `poll()`.
    """
    opened = open_connection(session, name)
    with session.write(cause=CAUSE) as work:
        work.policy.require(work.actor, Action.UPDATE, "receipt")
        cursors.forget(work.connection, opened.connection.name)
        work.commit()


def _poll(session: Session, opened: Opened, run: Run, hear: Hear | None) -> Polled:
    """Ask one provider, and note how that went; what fails of it keeps nothing else of it from being asked."""
    name = opened.connection.name
    problems: list[PatronError] = []
    gone: list[Receipt] = []
    received: list[Received] = []
    heard = _Heard(session, received.append if hear is None else hear)
    heard.all_of(each_settled(session, name))
    for errands in (_completing(session, opened), _fetching(session, opened)):
        for errand, keep in errands:
            try:
                for part in run(errand):
                    kept = keep(part)
                    gone += kept.gone
                    heard.all_of(settled_where_waiting(session, opened, kept.received))
            except _MovedError:
                problems.append(PatronError("intake.polled_elsewhere", name=name))
                break
            except PatronError as error:
                problems.append(_in_words(opened, error))
                if error.key != _LATE:
                    break
    problems += heard.problems
    with session.write(cause=CAUSE) as work:
        cursors.note(work.connection, name, work.now, _noted(opened, problems))
        work.commit()
    return Polled(connection=name, received=tuple(received), gone=tuple(gone), problems=tuple(problems))


class _Heard:
    """
    What somebody hears of deliveries, as far as the actor may see it; one that waits is told by what it waits for.

    Attributes:
        problems: the first thing that kept one from being read.
    """

    def __init__(self, session: Session, hear: Hear) -> None:
        self.problems: list[PatronError] = []
        self._session = session
        self._hear = hear

    def all_of(self, received: Iterable[Received]) -> None:
        """Tell of some."""
        for one in received:
            if one.problem is not None and not self.problems:
                self.problems.append(one.problem)
            if one.delivery_id is None or one.problem is None:
                self._hear(as_seen(self._session, one))


def _noted(opened: Opened, problems: Sequence[PatronError]) -> Message | None:
    """Return what kept a connection from coming to its end, each thing once."""
    found: list[Message] = []
    for one in (kept_problem(opened, problem) for problem in problems):
        if one not in found:
            found.append(one)
    return Message.joined(found)


def _in_words(opened: Opened, error: PatronError) -> PatronError:
    """Return an error whose reason is in words of the plugin that gave it; a provider who can't be asked is told so."""
    if error.key == "intake.unavailable" and isinstance(reason := error.details["reason"], str):
        return PatronError("intake.unavailable", reason=reason_of(opened, reason))
    return error


class _MovedError(Exception):
    """Somebody else polls the connection at this moment."""


@attrs.frozen(kw_only=True)
class _Kept:
    """What became of the deliveries of a part that was kept, and the receipts of which nothing more is awaited by it."""

    received: Sequence[Received]
    gone: Sequence[Receipt]


Keep = Callable[[Fetched], _Kept]
"""Keeps a part of what was fetched."""


def _completing(session: Session, opened: Opened) -> Iterator[tuple[Errand, Keep]]:
    """Yield the errands for the details of leads that await them, the latest first."""
    ask = opened.channel.complete
    if ask is not None:
        for numbers in _awaited(session, opened.connection):
            yield _errand(opened, ask, numbers, session.clock.now()), lambda part: _keep(session, opened, part)


def _fetching(session: Session, opened: Opened) -> Iterator[tuple[Errand, Keep]]:
    """Yield the errand for what is new."""
    ask, name = opened.channel.fetch, opened.connection.name
    if ask is None:
        return
    with session.read() as reader:
        standing = [cursors.read(reader.connection, name).cursor]

    def keep(part: Fetched) -> _Kept:
        if len(part.cursor) > LONGEST_CURSOR:
            # What came with it is kept, and comes in once when it is fetched again.
            _keep(session, opened, part)
            size = len(part.cursor)
            raise PatronError("intake.long_cursor", plugin=opened.plugin, size=size, most=LONGEST_CURSOR)
        kept = _keep(session, opened, part, standing[-1])
        standing.append(part.cursor)
        return kept

    yield _errand(opened, ask, standing[0], session.clock.now()), keep


def _errand(opened: Opened, ask: Callable[..., Iterator[Fetched]], about: str | tuple[str, ...], now: datetime) -> Errand:
    return Errand(
        plugin=opened.plugin,
        called=f"channel {opened.channel.code}, {'fetch' if isinstance(about, str) else 'complete'}",
        ask=ask,
        about=about,
        connection=attrs.evolve(opened.connection, options=dict(opened.connection.options)),
        now=now,
        seconds=opened.connection.seconds,
        secrets=tuple(secrets_of(opened)),
    )


def _keep(session: Session, opened: Opened, part: Fetched, before: str | None = None) -> _Kept:
    """
    Keep a part of what was fetched, and move the cursor, in one transaction.

    What is too large to be read is kept, too: the cursor moves over it, and it is in quarantine for a person.

    Args:
        session: the session.
        opened: the connection.
        part: what was fetched.
        before: where the cursor stands; None where it is left alone.
    """
    name = opened.connection.name
    checked = [_checked(opened, one) for one in part.deliveries]
    with session.write(cause=CAUSE) as work:
        work.policy.require(work.actor, Action.UPDATE, "receipt")
        if before is not None and not cursors.move(work.connection, name, before, part.cursor):
            raise _MovedError
        gone = give_up(work, name, part.gone)
        kept = keep_within(work, checked)
        work.commit()
    return _Kept(received=kept, gone=gone)


def _checked(opened: Opened, delivery: Delivery) -> Checked:
    """
    Return a delivery as it is kept.

    Raises:
        PatronError: the channel doesn't take what it fetched itself for authentic, or can't take the secrets out; then the
            provider is asked again when it does.
    """
    found = check(opened, attrs.evolve(delivery, method=""), fetched=True)
    if isinstance(found, Checked):
        return found
    assert found.problem is not None  # noqa: S101  # what is not to be kept says why
    raise found.problem


def _awaited(session: Session, connection: Connection) -> Iterator[tuple[str, ...]]:
    """Yield the numbers of the leads of which more is awaited, the latest first, so many at a time."""
    awaited: list[Condition] = [equal("connection", connection.name), equal("awaits", value=True)]
    before: list[Condition] = []
    while True:
        with session.read() as reader:
            found = reader.find(Receipt, [*awaited, *before], order=["-id"], limit=connection.most_awaited)
        numbers = tuple(dict.fromkeys(one.native_key for one in found if one.native_key))
        if numbers:
            yield numbers
        if len(found) < connection.most_awaited:
            return
        before = [Criterion("id", Operator.LESS, found[-1].id)]
