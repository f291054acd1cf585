"""What a server refuses to put away stays noted, and does not grow without end."""

import imaplib
from typing import Any, cast

from patron.core.records.reason import shown
from patron.plugins.channels.mail.clearing import Clearing

OPTIONS = {"mark_seen": True, "move_to": None, "most_left": 1_000}


class Mailbox:
    """A server that does what it is asked, or nothing at all."""

    def __init__(self, said: str) -> None:
        self.said = said
        self.asked: list[str] = []

    def uid(self, command: str, numbers: str, *_: str) -> tuple[str, list[bytes]]:
        self.asked.append(f"{command} {numbers}")
        return self.said, [b"read-only"]


def put_away(mailbox: Mailbox, left: str = "", options: dict[str, Any] = OPTIONS) -> Clearing:
    return Clearing(cast("imaplib.IMAP4", mailbox), options, "", left)


def test_what_follows_on_what_is_left_is_one_run() -> None:
    """So a mailbox that nobody else empties is a few signs, however long it is refused."""
    away = put_away(Mailbox("NO"), "3:5,9")
    away.expect([10, 11, 14])
    away.expect([])
    away.run()

    assert (away.left, shown(away.complaint)) == ("3:5,9:11,14", "reason.refused (what='STORE', said='read-only')")


def test_too_many_are_given_up_the_oldest_first_and_that_is_told() -> None:
    """Also where the server takes the rest: nobody else would ever look at them."""
    mailbox = Mailbox("OK")
    away = put_away(mailbox, "1:4,6", OPTIONS | {"most_left": 2})
    away.expect([8, 10])
    assert away.left == "8,10"
    away.run()

    assert (away.left, mailbox.asked) == ("", ["STORE 8,10"])
    assert shown(away.complaint) == "reason.given_up (count=5)"


def test_nothing_is_noted_where_nothing_is_to_be_put_away() -> None:
    """What an earlier setting left is forgotten."""
    away = put_away(Mailbox("NO"), "1:4", OPTIONS | {"mark_seen": False})
    away.expect([5])
    away.run()

    assert (away.left, away.complaint) == ("", "")
