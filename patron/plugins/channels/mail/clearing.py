"""
Telling a mailbox which messages are kept: they are marked as read, moved to a folder, or both, where the connection says so.

It is done behind the storing, so that nothing is put away that could be lost. What could not be done, or was begun by a process
that died, stands in the cursor and is done the next time; doing it twice is no harm. Where a server refuses it for good, the
oldest are given up, which is told: the cursor has an end.
"""

import imaplib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patron import Reason

_LINE = 1_000
"""Characters of UIDs in one command, which a server must not make too long."""


class Clearing:
    """
    Puts messages away that are kept.

    Args:
        client: with the folder opened.
        options: of the connection.
        folder: how the folder is written that messages are moved to; empty where they stay.
        left: UIDs that an earlier time left, as IMAP writes them.

    Attributes:
        left: UIDs that are still to be put away.
        given_up: how many messages are not, for there were too many.
    """

    def __init__(self, client: imaplib.IMAP4, options: Mapping[str, Any], folder: str, left: str) -> None:
        self._client = client
        self._seen = bool(options["mark_seen"])
        # Every cursor has them with it, so that they can't be any number.
        self._most = int(options["most_left"])
        self._folder = folder
        self.left = left if wanted(options) else ""
        self.given_up = 0
        self._refused = ""

    @property
    def complaint(self) -> str:
        """Return why messages are still to be put away, or won't be; empty where nothing speaks against it."""
        return Reason("reason.given_up", count=self.given_up) if self.given_up else self._refused

    def expect(self, numbers: Sequence[int]) -> None:
        """Note UIDs that are to be put away when they are kept; where too many are, the oldest are given up."""
        if self._seen or self._folder:
            runs = _runs(self.left, numbers)
            self.given_up += sum(last - first + 1 for first, last in runs[: -self._most])
            self.left = _written(runs[-self._most :])

    def run(self) -> None:
        """Put away what is noted; what a server refuses stays noted, and keeps nothing new from being fetched."""
        lines = list(_lines(self.left))
        while lines and not self._refused:
            self._refused = self._put_away(lines[0])
            if not self._refused:
                del lines[0]
        self.left = ",".join(lines)

    def _put_away(self, numbers: str) -> str:
        """Return why it could not be done."""
        complaint = self._told("STORE", numbers, "+FLAGS.SILENT", r"(\Seen)") if self._seen else ""
        return complaint or (self._moved(numbers) if self._folder else "")

    def _moved(self, numbers: str) -> str:
        able = self._client.capability()[1][0].upper().split()
        if b"MOVE" in able:
            return self._told("MOVE", numbers, self._folder)
        if b"UIDPLUS" not in able:
            return "reason.no_move"
        return (
            self._told("COPY", numbers, self._folder)
            or self._told("STORE", numbers, "+FLAGS.SILENT", r"(\Deleted)")
            or self._told("EXPUNGE", numbers)
        )

    def _told(self, command: str, *about: str) -> str:
        try:
            said, answer = self._client.uid(command, *about)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            return Reason("reason.refused", what=command, said=str(error))
        told = b" ".join(one for one in answer if one).decode("utf-8", "replace")
        return "" if said == "OK" else Reason("reason.refused", what=command, said=told)


def wanted(options: Mapping[str, Any]) -> bool:
    """Return whether messages that are kept are put away."""
    return bool(options["mark_seen"] or options["move_to"])


def _runs(left: str, numbers: Sequence[int]) -> list[list[int]]:
    """Return runs of UIDs, the first and the last of each: those that are left, as IMAP writes them, and further ones."""
    runs = [[int(first), int(last or first)] for first, _, last in (run.partition(":") for run in left.split(",") if run)]
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _written(runs: Sequence[Sequence[int]]) -> str:
    """Return runs of UIDs as IMAP writes them: `1:5,9`."""
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def _lines(numbers: str) -> Iterator[str]:
    """Yield UIDs in lines that are not too long."""
    line = ""
    for run in filter(None, numbers.split(",")):
        if line and len(line) + len(run) >= _LINE:
            yield line
            line = ""
        line = f"{line},{run}" if line else run
    if line:
        yield line
