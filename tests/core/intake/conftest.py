"""
An office with a channel of its own, whose deliveries are lines of JSON: quick to write, and as wrong as a test needs them.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs
import pytest

from patron.app import App
from patron.core.crm import AddPerson, add_team, add_user
from patron.core.host import Host, Owned
from patron.core.i18n import CORE
from patron.core.intake import Received, receive
from patron.core.records.intake import (
    Channel,
    ChannelOption,
    Connection,
    Contact,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Unreadable,
)
from patron.testing.application import NOW


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """Read a JSON object a line; a line `boom` is what a channel did not expect."""
    try:
        rows = [json.loads(line) for line in delivery.body.decode().splitlines()]
    except json.JSONDecodeError as error:
        if b"boom" in delivery.body:
            raise ZeroDivisionError("boom") from error
        raise Unreadable(f"no JSON, {error.msg}", foreign=b"spam" in delivery.body) from error
    return [
        Envelope(
            key=row.pop("key", ""),
            native_id=row.pop("native_id", ""),
            kind=EnvelopeKind(row.pop("kind", "lead")),
            answers=tuple(row.pop("answers", ())),
            at=datetime.fromisoformat(row.pop("at")) if "at" in row else None,
            contacts=tuple(Contact(scheme=scheme, written=row.pop(scheme)) for scheme in ("tel", "email") if scheme in row),
            customer={name: row.pop(name) for name in ("name", "occupation", "age_band", "address", "birth_year") if name in row},
            interaction={"note": row.pop("note")} if "note" in row else {},
            lead=row,
        )
        for row in rows
    ]


def verify(delivery: Delivery, connection: Connection) -> str:
    """Ask for the token where the connection has one."""
    token = connection.options["token"]
    return "" if token is None or delivery.headers.get("token") == token else "wrong token"


CHANNEL = Channel(
    code="lines",
    source="webshop",
    contact="web",
    parse=parse,
    verify=verify,
    options=(
        ChannelOption(name="token", kind=OptionKind.SECRET),
        ChannelOption(name="depth", kind=OptionKind.INTEGER, default=1),
    ),
    most_bytes=2_000,
)


@pytest.fixture(name="channel", autouse=True)
def _channel(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the channel `lines` be the only one, and return a function that changes it."""

    def change(**about: Any) -> None:
        owned = Owned("lines", attrs.evolve(CHANNEL, **about), CORE)
        monkeypatch.setattr(Host, "channels", lambda _: (owned,))

    change()
    return change


@pytest.fixture(name="office")
def _office(patron: App) -> Iterator[App]:
    """Return an application whose database has two departments and a sales person."""
    with patron.session() as session:
        for code in ("sales", "marketing"):
            add_team(session, AddPerson(values={"code": code, "name": code.title(), "kind": "department"}))
        add_user(session, AddPerson(values={"login": "wang", "name": "Wang", "roles": "sales_rep", "team_id": "sales"}))
    return patron


@pytest.fixture(name="send")
def _send(office: App) -> Callable[..., Received]:
    """Return a function that sends rows, or a text, by a connection."""

    def send(*rows: dict[str, Any] | str, by: str = "lines", **about: Any) -> Received:
        body = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows).encode()
        with office.session() as session:
            return receive(session, by, Delivery(body=body, received_at=NOW, **about))

    return send
