"""
Fetching mail from a mailbox by IMAP, reading only: nothing there is moved or marked that the connection doesn't want to be
(`clearing.py`), and nothing deleted.

A cursor says which UID is next and of which UIDVALIDITY it is. Where a server numbers a folder anew, everything since the last
time is fetched again; what had come comes in once. The first time, mail of the last days alone is fetched.
"""

import base64
import imaplib
import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from patron import Connection, Delivery, Fetched, Network, Reason, Unavailable
from patron.plugins.channels.mail.clearing import Clearing, wanted

MOST_BYTES = 25 * 2**20
"""What is kept of a message at most: the channel takes none that is larger, whatever a connection says."""

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_ASKED = 1_000
"""UIDs whose sizes are asked for in one line, which a server must not make too long."""
_OWN = frozenset({"localhost", "127.0.0.1", "::1"})
_WIDTH = 10_000
"""UIDs that are asked for in one line, which a server must not make too long."""
_WIDEST = 50_000
_OVERLAP = timedelta(days=2)
"""Servers count days in zones of their own."""
_SAID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class _Place(NamedTuple):
    """Where one is: the next UID, of which UIDVALIDITY; since when messages are wanted, and found out when; what to put away."""

    validity: int = 0
    following: int = 1
    since: str = ""
    at: str = ""
    left: str = ""


def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    """
    Yield the messages of a folder that are new since a cursor, the oldest first.

    Raises:
        Unavailable: the server can't be reached, refuses the login, or has no such folder.
    """
    try:
        client = _connected(connection.options, network)
        try:
            _sign_in(client, connection.options)
            yield from _new(client, cursor, connection.options, network)
        finally:
            _closed(client)
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unavailable(Reason("reason.broke_off", said=_words(error))) from error


class _Client(imaplib.IMAP4):
    """A client whose connection was made by somebody else."""

    def __init__(self, host: str, connected: socket.socket, network: Network) -> None:
        self._connected, self._network = connected, network
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connected

    def secure(self) -> None:
        """Encrypt the connection."""
        said, answer = self._simple_command("STARTTLS")
        if said != "OK":
            raise Unavailable(Reason("reason.refused", what="STARTTLS", said=_text(answer)))
        self.sock = self._network.secure(self.sock, self.host)
        self.file = self.sock.makefile("rb")
        self._get_capabilities()


def _connected(options: Any, network: Network) -> _Client:
    host, security = str(options["host"]), options["security"]
    if security == "none" and host not in _OWN:
        raise Unavailable("reason.own_server")
    connected = network.connect(host, options["port"] or _PORTS[security], tls=security == "tls")
    return _Client(host, connected, network)


def _sign_in(client: _Client, options: Any) -> None:
    if options["security"] == "starttls":
        client.secure()
    user, secret = str(options["user"] or ""), str(options["secret"] or "")
    if options["login"] == "xoauth2":
        client.authenticate("XOAUTH2", lambda _: f"user={user}\x01auth=Bearer {secret}\x01\x01".encode())
    elif "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{secret}".encode())
    elif user.isascii() and secret.isascii():
        client.login(user, secret)
    else:
        raise Unavailable("reason.ascii")


def _closed(client: imaplib.IMAP4) -> None:
    for end in (client.logout, client.shutdown):
        with suppress(imaplib.IMAP4.error, OSError):
            end()


def _new(client: imaplib.IMAP4, cursor: str, options: Any, network: Network) -> Iterator[Fetched]:
    validity, end = _folder(client, str(options["folder"]), readonly=not wanted(options))
    place = _place(cursor, validity, int(options["days"]), network.now)
    clearing = Clearing(client, options, _quoted(str(options["move_to"])) if options["move_to"] else "", place.left)
    clearing.run()
    for first, last in _ranges(place.following, end):
        found = _search(client, first, last, place.since)
        most = min(int(options["most_bytes"]), MOST_BYTES)
        for numbers in _together(client, found, most, options):
            messages = tuple(_messages(client, numbers, most, network.now))
            clearing.expect(numbers)
            yield Fetched(deliveries=messages, cursor=_cursor(place._replace(left=clearing.left), numbers[-1] + 1))
            clearing.run()
    if place.following < end or not cursor or place.left != clearing.left:
        # From here on nothing is too old: what is moved into the folder is new in it.
        yield Fetched(cursor=_cursor(place._replace(since="", left=clearing.left), end))
    if clearing.complaint:
        raise Unavailable(clearing.complaint)


def _folder(client: imaplib.IMAP4, name: str, *, readonly: bool) -> tuple[int, int]:
    """Open a folder and return its UIDVALIDITY and the UID that its next message will have."""
    said, answer = client.select(_quoted(name), readonly=readonly)
    if said != "OK":
        raise Unavailable(Reason("reason.no_folder", name=name, said=_text(answer)))
    validity, following = (client.response(what)[1][-1] for what in ("UIDVALIDITY", "UIDNEXT"))
    if not validity:
        raise Unavailable(Reason("reason.no_validity", name=name))
    if following is None:
        # An old server: the last message tells.
        said, answer = client.uid("FETCH", "*", "(UID)")
        found = [int(number) for number in _SAID.findall(b" ".join(one for one in answer if isinstance(one, bytes)))]
        return int(validity), max(found, default=0) + 1
    return int(validity), int(following)


def _place(cursor: str, validity: int, days: int, now: datetime) -> _Place:
    """Return where one goes on; in a folder that is numbered anew at its begin, with what is not older than the last time."""
    today = now.date()
    if not cursor:
        return _Place(validity, since=(today - timedelta(days=days)).isoformat(), at=today.isoformat())
    before = _Place(**json.loads(cursor))
    if before.validity == validity:
        return before._replace(at=today.isoformat())
    since = datetime.fromisoformat(before.at).date() - _OVERLAP
    return _Place(validity, since=min(since.isoformat(), before.since or since.isoformat()), at=today.isoformat())


def _cursor(place: _Place, following: int) -> str:
    return json.dumps(place._replace(following=following)._asdict())


def _ranges(following: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield first and last UID of the lines in which a folder is asked for."""
    width = _WIDTH
    while following < end:
        last = min(following + width, end) - 1
        yield following, last
        following, width = last + 1, min(width * 2, _WIDEST)


def _search(client: imaplib.IMAP4, first: int, last: int, since: str) -> Sequence[int]:
    wanted = [f"UID {first}:{last}"]
    if since:
        day = datetime.fromisoformat(since)
        wanted.append(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
    said, answer = client.uid("SEARCH", *wanted)
    if said != "OK":
        raise Unavailable(Reason("reason.refused", what="SEARCH", said=_text(answer)))
    numbers = {int(one) for line in answer if isinstance(line, bytes) for one in line.split() if one.isdigit()}
    return sorted(number for number in numbers if first <= number <= last)


def _together(client: imaplib.IMAP4, numbers: Sequence[int], most: int, options: Any) -> Iterator[Sequence[int]]:
    """Yield the UIDs of messages that are fetched together: not too many, and not too large."""
    together, largest = int(options["together"]), int(options["together_mb"]) << 20
    for start in range(0, len(numbers), _ASKED):
        asked = numbers[start : start + _ASKED]
        sizes = {
            int(uid[1]): min(int(size[1]), most)
            for head, _ in _lines(client, asked, "(RFC822.SIZE)")
            if (uid := _SAID.search(head)) and (size := _SIZE.search(head))
        }
        part: list[int] = []
        for number in (one for one in asked if one in sizes):
            if part and (len(part) >= together or sum(map(sizes.__getitem__, part)) + sizes[number] > largest):
                yield part
                part = []
            part.append(number)
        if part:
            yield part


def _messages(client: imaplib.IMAP4, numbers: Sequence[int], most: int, now: datetime) -> Iterator[Delivery]:
    """Yield messages; of one that is too large its begin, which has what a person wrote."""
    found = {}
    for head, body in _lines(client, numbers, f"(INTERNALDATE BODY.PEEK[]<0.{most}>)"):
        if (uid := _SAID.search(head)) and body:
            found[int(uid[1])] = Delivery(body=body, received_at=_date(head, now), name=f"uid-{int(uid[1])}.eml")
    for number in numbers:
        # One that is not there any more was deleted a moment ago.
        if number in found:
            yield found[number]


def _lines(client: imaplib.IMAP4, numbers: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield what the server says of each message, and its bytes; some say the number before them and some behind."""
    said, answer = client.uid("FETCH", ",".join(map(str, numbers)), what)
    if said != "OK":
        raise Unavailable(Reason("reason.refused", what="FETCH", said=_text(answer)))
    waiting: tuple[bytes, bytes] | None = None
    for one in answer:
        if isinstance(one, tuple):
            if waiting:
                yield waiting
            waiting = one[0], one[1]
        elif isinstance(one, bytes) and waiting:
            yield waiting[0] + one, waiting[1]
            waiting = None
        elif isinstance(one, bytes):
            yield one, b""
    if waiting:
        yield waiting


def _date(head: bytes, now: datetime) -> datetime:
    """Return when a message came into the mailbox: that is when it reached us."""
    found = _DATE.search(head)
    try:
        at = datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z") if found else now
    except (ValueError, UnicodeError):
        return now
    return min(at.astimezone(UTC), now)


def _quoted(name: str) -> str:
    """Return the name of a folder as IMAP writes it: its own UTF-7, between quotation marks."""

    def packed(found: re.Match[str]) -> str:
        return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    text = re.sub(r"[^\x20-\x7e]+", packed, name.replace("&", "&-"))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(answer: Any) -> str:
    return " ".join(one.decode("utf-8", "replace") for one in answer or () if isinstance(one, bytes))[:200]


def _words(error: BaseException) -> str:
    """Return what a server or the network complained of, on one line."""
    text = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode()
    return " ".join(text.decode("utf-8", "replace").split())[:200] or type(error).__name__
