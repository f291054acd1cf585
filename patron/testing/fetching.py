"""
Whether a channel fetches as channels promise: whatever cursor was kept last, nothing is missed and nothing comes twice.
"""

import pickle
from collections.abc import Iterator, Sequence
from itertools import islice

import attrs

from patron.core.errands.errand import Errand
from patron.core.errands.running import run_here
from patron.core.errors import PatronError
from patron.core.intake import poll
from patron.core.nouns import Interaction, Lead
from patron.core.records.intake import Channel, Connection
from patron.core.records.polling import Fetched, Network, Unavailable
from patron.core.session import Session
from patron.testing.checks import require
from patron.testing.networks import ScriptedNetwork


def check_fetching(channel: Channel, connection: Connection, network: Network) -> None:
    """
    Check what a channel fetches, without a database.

    Raises:
        AssertionError: a promise is broken; the message says which.
    """
    if channel.fetch is None:
        return
    whole = _parts(channel, connection, network, "")
    bodies = _bodies(whole)
    require(bodies, "nothing is fetched: let the network answer with something")
    require(_bodies(_parts(channel, connection, network, "")) == bodies, "the same cursor brings other bytes the second time")
    for place, part in enumerate(whole):
        rest = _bodies(_parts(channel, connection, network, part.cursor))
        missed = set(bodies) - set(_bodies(whole[: place + 1])) - set(rest)
        require(not missed, f"behind part {place} {len(missed)} deliveries are missed: its cursor {part.cursor!r} is too far")
    again = _bodies(_parts(channel, connection, network, whole[-1].cursor))
    require(set(again) <= set(bodies), "what is fetched behind the end is not what was fetched before")
    for delivery in (one for part in whole for one in part.deliveries):
        require(not delivery.method, "a delivery that was fetched has a method: nobody sent it")
        require(delivery.received_at <= network.now, f"a delivery was received at {delivery.received_at}, after it was fetched")


def check_polling(session: Session, name: str, network: Network) -> None:
    """
    Poll a connection that breaks off behind every part, to its end, and again from the first: each lead comes in once.

    Raises:
        AssertionError: it does not.
    """
    for stop in range(1, 4):
        poll(session, [name], run=lambda errand, most=stop: _some(errand, network, most))  # type: ignore[misc]  # of the loop
    (last,) = poll(session, [name], run=lambda errand: run_here(errand, network))
    require(last.problem is None, f"polling ends with: {last.problem}")
    before = _counts(session)
    (again,) = poll(session, [name], run=lambda errand: run_here(attrs.evolve(errand, about=_first(errand)), network))
    require(again.problem is None, f"polling again ends with: {again.problem}")
    require(_counts(session) == before, "what is fetched from the first again comes in twice")


def _first(errand: Errand) -> str | tuple[str, ...]:
    return "" if isinstance(errand.about, str) else errand.about


def _some(errand: Errand, network: Network, most: int) -> Iterator[Fetched]:
    """Do an errand up to some part, as if it broke off there."""
    yield from islice(run_here(errand, network), most)
    raise PatronError("intake.unavailable", reason="broken off")


def _counts(session: Session) -> tuple[int, int]:
    with session.read() as reader:
        return reader.count(Lead), reader.count(Interaction)


def _parts(channel: Channel, connection: Connection, network: Network, cursor: str) -> Sequence[Fetched]:
    return [] if channel.fetch is None else list(channel.fetch(cursor, connection, network))


def _bodies(parts: Sequence[Fetched]) -> list[bytes]:
    return [delivery.body for part in parts for delivery in part.deliveries]


def check_errands(channel: Channel, connection: Connection) -> None:
    """
    Check that what a channel fetches with can be called in another process, and that a provider who can't be reached is said so.

    Raises:
        AssertionError: a promise is broken.
    """
    for what, about in ((channel.fetch, ""), (channel.complete, ("1",))):
        if what is None:
            continue
        try:
            found = pickle.loads(pickle.dumps(what))  # noqa: S301  # our own
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise AssertionError(f"{what.__name__} can't be found by its name in another process: {error}") from error
        if channel.polled_with and not connection.options.get(channel.polled_with):
            continue
        try:
            list(found(about, connection, ScriptedNetwork(lambda *_: None)))
        except Unavailable:
            continue
        except Exception as error:
            complaint = f"{what.__name__} raised {type(error).__name__} instead of Unavailable where nobody answers"
            raise AssertionError(complaint) from error
