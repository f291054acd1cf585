"""Mail from a mailbox: a real server of IMAP on this machine, whose messages come in once, and are left as they are."""

import imaplib
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from patron import Connection, Unavailable, testing
from patron.core.config import Settings
from patron.core.errands.network import DirectNetwork
from patron.core.intake import poll
from patron.core.nouns import Customer, Lead
from patron.plugins.channels import mail
from patron.plugins.channels.mail.channel import CHANNEL
from patron.plugins.channels.mail.imap import fetch

MOVED = '"Kept &- done"'
USER, PASSWORD = "leads@dealer.example", "pässwörd"


def message(number: int, text: str = "How much?") -> bytes:
    head = f"From: Person {number} <p{number}@example.com>\r\nSubject: Model A\r\nMessage-ID: <{number}@example.com>\r\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate of localhost, which is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    return folder


@pytest.fixture(name="port", scope="module")
def _port(certificate: Path) -> Iterator[int]:
    """Return the port of a server of IMAP that speaks STARTTLS."""
    tls = ["--cert", str(certificate / "cert.pem"), "--key", str(certificate / "key.pem")]
    user = ["--demo-user", USER, "--demo-password", PASSWORD]
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "localhost", "--port", str(port)]
        command = [*program, *tls, "--no-service", "admin", "dict", *user]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                if _listens(port, server):
                    yield port
                    return
            finally:
                server.terminate()
    pytest.fail("the server of IMAP does not start")


def _listens(port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server listens; it says nothing by itself, and ends where somebody else took the port meanwhile."""
    for _ in range(600):
        if server.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("localhost", port), timeout=1) as connection:
            if connection.recv(4) == b"* OK":
                return True
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    return False


@pytest.fixture(name="mailbox")
def _mailbox(port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[imaplib.IMAP4]:
    """Return the mailbox, for its owner, with an empty folder 询价."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with imaplib.IMAP4("localhost", port) as client:
        client.starttls(ssl.create_default_context(cafile=str(certificate / "cert.pem")))
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        new_folder(client)
        yield client


def new_folder(client: imaplib.IMAP4) -> None:
    client.delete('"&i+JO9w-"')
    assert client.create('"&i+JO9w-"')[0] == "OK"


def put(client: imaplib.IMAP4, body: bytes, at: datetime | None = None) -> None:
    when = None if at is None else imaplib.Time2Internaldate(at)
    assert client.append('"&i+JO9w-"', None, when, body)[0] == "OK"


@pytest.fixture(name="options")
def _options(port: int) -> dict[str, Any]:
    defaults = {option.name: option.default for option in CHANNEL.options}
    own = {"host": "localhost", "port": port, "security": "starttls", "user": USER, "secret": PASSWORD, "folder": "询价"}
    return defaults | own


@pytest.fixture(name="fetched")
def _fetched(options: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that fetches since a cursor, and returns bodies and the cursor behind each part."""

    def run(cursor: str = "", **changed: Any) -> tuple[list[bytes], list[str]]:
        network = DirectNetwork(datetime.now(UTC), 30)
        parts = list(fetch(cursor, Connection(name="mailbox", options=options | changed), network))
        return [one.body for part in parts for one in part.deliveries], [part.cursor for part in parts]

    return run


def test_new_mail_is_fetched_and_old_mail_is_not(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    """The first time the last days alone; then what is new, even where it was sent long ago."""
    put(mailbox, message(1), datetime.now(UTC) - timedelta(days=60))
    put(mailbox, message(2))
    first, cursors = fetched()
    nothing, unchanged = fetched(cursors[-1])
    put(mailbox, message(3), datetime.now(UTC) - timedelta(days=60))
    second, _ = fetched(cursors[-1])

    assert (first, second) == ([message(2)], [message(3)])
    assert (nothing, unchanged) == ([], [])


def test_it_goes_on_behind_every_part(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    """Whatever cursor was kept last, nothing is missed and the order is that of the mailbox."""
    bodies = [message(number) for number in range(5)]
    for body in bodies:
        put(mailbox, body)
    whole, cursors = fetched(together=2)

    assert whole == bodies
    assert [fetched(cursor, together=2)[0] for cursor in cursors] == [bodies[2:], bodies[4:], [], []]


def test_large_messages_come_alone_and_with_their_begin(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    put(mailbox, message(1, "x" * 5_000))

    assert fetched(most_bytes=1_000)[0] == [message(1, "x" * 5_000)[:1_000]]


def test_no_message_is_fetched_that_is_too_large_to_be_kept(
    mailbox: imaplib.IMAP4, fetched: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a connection says: the cursor would move over a lead else, for the whole of it is rejected."""
    monkeypatch.setattr("patron.plugins.channels.mail.imap.MOST_BYTES", 1_000)
    put(mailbox, message(1, "x" * 5_000))

    assert fetched(most_bytes=9_000)[0] == [message(1, "x" * 5_000)[:1_000]]


def test_a_folder_that_is_numbered_anew_is_read_anew(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    """From shortly before the last time on; the UIDs of before mean nothing any more."""
    for number in range(3):
        put(mailbox, message(number))
    _, cursors = fetched()
    new_folder(mailbox)
    put(mailbox, message(2))
    put(mailbox, message(3))
    bodies, after = fetched(cursors[-1])

    assert bodies == [message(2), message(3)]
    assert json.loads(after[-1])["validity"] != json.loads(cursors[-1])["validity"]


def test_the_mailbox_stays_as_it_was(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    """Nothing is marked as read, moved or deleted."""
    put(mailbox, message(1))
    fetched()
    mailbox.select('"&i+JO9w-"', readonly=True)

    assert mailbox.uid("SEARCH", "UNSEEN")[1][0].split() != []


def unseen(mailbox: imaplib.IMAP4, folder: str = '"&i+JO9w-"') -> tuple[int, int]:
    """Return how many messages a folder has, and how many of them nobody has read."""
    mailbox.select(folder, readonly=True)
    return tuple(len(mailbox.uid("SEARCH", what)[1][0].split()) for what in ("ALL", "UNSEEN"))  # type: ignore[return-value]


@pytest.mark.parametrize(("how", "stay", "unread"), [({"mark_seen": True}, 3, 1), ({"move_to": "Kept & done"}, 1, 1)])
def test_what_is_kept_is_put_away_and_nothing_else(
    mailbox: imaplib.IMAP4,
    options: dict[str, Any],
    fetched: Callable[..., Any],
    how: dict[str, Any],
    stay: int,
    unread: int,
) -> None:
    """A part when it is kept, as who asks for the next one says; old mail that is not fetched stays as it is."""
    mailbox.delete(MOVED)
    mailbox.create(MOVED)
    put(mailbox, message(1), datetime.now(UTC) - timedelta(days=60))
    put(mailbox, message(2))
    put(mailbox, message(3))
    parts = fetch("", Connection(name="mailbox", options=options | how | {"together": 1}), DirectNetwork(datetime.now(UTC), 30))
    first = next(parts)
    mailbox.noop()
    assert unseen(mailbox) == (3, 3)
    next(parts)
    assert unseen(mailbox) == (stay + 1 if "move_to" in how else 3, 2)
    parts.close()
    bodies, cursors = fetched(first.cursor, **how)

    assert bodies == [message(3)]
    assert unseen(mailbox) == (stay, unread)
    assert json.loads(cursors[-1])["left"] == ""
    assert unseen(mailbox, MOVED)[0] == (2 if "move_to" in how else 0)
    assert fetched(cursors[-1], **how) == ([], [])


def test_what_a_process_that_died_left_is_put_away_the_next_time(mailbox: imaplib.IMAP4, fetched: Callable[..., Any]) -> None:
    put(mailbox, message(1))
    _, (first, _) = fetched(mark_seen=True)
    mailbox.select('"&i+JO9w-"')
    mailbox.uid("STORE", "1:*", "-FLAGS.SILENT", r"(\Seen)")
    again, cursors = fetched(first, mark_seen=True)

    assert (again, unseen(mailbox)) == ([], (1, 0))
    assert json.loads(cursors[-1])["left"] == ""


def test_what_the_server_refuses_is_said_and_everything_is_fetched(mailbox: imaplib.IMAP4, options: dict[str, Any]) -> None:
    """It is done as soon as it can be."""
    put(mailbox, message(1))
    connection = Connection(name="mailbox", options=options | {"move_to": "nowhere"})
    parts: list[Any] = []
    with pytest.raises(Unavailable, match="MOVE"):
        parts.extend(fetch("", connection, DirectNetwork(datetime.now(UTC), 30)))
    mailbox.create("nowhere")
    put(mailbox, message(2))
    rest = list(fetch(parts[-1].cursor, connection, DirectNetwork(datetime.now(UTC), 30)))
    mailbox.noop()

    assert [one.body for part in parts for one in part.deliveries] == [message(1)]
    assert [one.body for part in rest for one in part.deliveries] == [message(2)]
    assert unseen(mailbox)[0] == 0
    mailbox.delete("nowhere")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"secret": "wrong"}, "(?i)invalid auth"),
        ({"folder": "nowhere"}, "no_folder .name='nowhere'"),
        ({"security": "tls"}, "SSL"),
        ({"security": "none", "host": "mail.example"}, "own_server"),
        ({"port": 9}, "localhost:9"),
    ],
)
def test_what_can_not_be_reached_is_said(
    mailbox: imaplib.IMAP4, fetched: Callable[..., Any], changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(Unavailable, match=words) as caught:
        fetched(**changed)
    assert PASSWORD not in str(caught.value)


def test_who_is_not_trusted_gets_no_password(
    mailbox: imaplib.IMAP4, fetched: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without a certificate that anybody vouches for."""
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(Unavailable, match="certificate"):
        fetched()


def test_a_mailbox_is_polled_from_end_to_end(
    mailbox: imaplib.IMAP4, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process of its own: each person is one lead, however often it is polled, and by whomever."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    named = {name: options[name] for name in ("host", "port", "security", "user", "folder")}
    table = {"channel": "mail", "secret_env": "MAILBOX_PASSWORD", **named}
    app = testing.app_with_database(tmp_path, mail, settings=Settings(intake={"mailbox": table}))
    for number in range(3):
        put(mailbox, message(number))
    with app.session() as session:
        (first,) = poll(session)
        put(mailbox, message(3))
        put(mailbox, message(0, "and Model B?").replace(b"<0@", b"<0b@").replace(b"Subject", b"In-Reply-To: <0@x>\r\nSubject"))
        (second,) = poll(session)
        with session.read() as reader:
            leads, customers = reader.count(Lead), reader.count(Customer)

    assert (first.problem, len(first.received)) == (None, 3)
    assert (second.problem, len(second.received)) == (None, 2)
    assert (leads, customers) == (4, 4)
