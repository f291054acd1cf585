"""
Letters as files: mails in a folder or an mbox, texts in a folder, or a sheet with a row for each.
"""

import mailbox
from collections.abc import Sequence
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime
from pathlib import Path

from patron import OutputError, UsageError
from patron.core.exchange import writing_to
from patron.core.files import atomic_target
from patron.core.i18n import Translator
from patron.core.outreach import Ask
from patron.plugins.mailing.merging import Letter
from patron.plugins.mailing.words import WORDS

_HEAD = ("id", "name", "address", "subject", "text", "unsubscribe")
_MAIL = "email"


class _Links(UnstructuredHeader, BaseHeader):
    """Addresses, each on a line of its own. The standard library would encode long ones, and nobody could follow them."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {str(self).replace(', ', f',{policy.linesep} ')}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _Links)
_POLICY = default.clone(header_factory=_HEADERS)


def write_letters(
    path: Path, letters: Sequence[Letter], ask: Ask, *, sender: str | None, unsubscribe: str | None, lang: str = "en"
) -> None:
    """
    Write letters to where a path says: `.xlsx`, `.csv` or `.tsv`, `.mbox`, else a folder that isn't there or is empty.

    Args:
        path: where to.
        letters: the letters.
        ask: by what means they are written, and when.
        sender: the address that mails are from.
        unsubscribe: the address to which people write who want no more, for `List-Unsubscribe`, beside that of each letter.
        lang: the language of the headings of a sheet.

    Raises:
        UsageError: an address is none, or the folder has something in it.
        OutputError: it can't be written.
    """
    if path.suffix.lower() in {".csv", ".tsv", ".xlsx"}:
        with writing_to(path, "utf-8-sig", "letters") as writer:
            linked = any(one.unsubscribe for one in letters)
            t = Translator(lang, WORDS)
            writer.header([t(f"mailing.head_{name}") for name in (_HEAD if linked else _HEAD[:-1])])
            writer.rows([_row(one, linked) for one in letters])
        return
    mails = [_mail(one, ask, sender, unsubscribe) for one in letters] if ask.channel == _MAIL else []
    if path.suffix.lower() == ".mbox":
        _write_mbox(path, mails, ask)
        return
    _write_folder(path, letters, mails)


def _row(letter: Letter, linked: bool) -> list[str]:
    row = [str(letter.customer.id), letter.customer.name, letter.address, letter.subject, letter.body]
    return [*row, letter.unsubscribe] if linked else row


def _write_folder(path: Path, letters: Sequence[Letter], mails: Sequence[EmailMessage]) -> None:
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError("mailing.not_empty", catalogue=WORDS, path=path)
        path.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(letters):
            name = f"{number + 1:06}-{one.customer.id}"
            if mails:
                (path / f"{name}.eml").write_bytes(mails[number].as_bytes())
            else:
                (path / f"{name}.txt").write_text("\n\n".join(filter(None, (one.subject, one.body))), "utf-8")
    except OSError as error:
        raise OutputError("mailing.unwritable", catalogue=WORDS, path=path, reason=str(error)[:200]) from error


def _write_mbox(path: Path, mails: Sequence[EmailMessage], ask: Ask) -> None:
    if ask.channel != _MAIL:
        raise UsageError("mailing.no_mail", catalogue=WORDS, path=path)
    with atomic_target(path) as temporary:
        box = mailbox.mbox(temporary)
        for one in mails:
            box.add(one)
        box.close()


def _mail(letter: Letter, ask: Ask, sender: str | None, unsubscribe: str | None) -> EmailMessage:
    """Return a letter as a mail; a header takes one line, whatever somebody is called."""
    mail = EmailMessage(_POLICY)
    if sender:
        mail["From"] = _address(sender)
    mail["To"] = _address(letter.address, letter.customer.name)
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"] = format_datetime(ask.at)
    ways = [letter.unsubscribe] if letter.unsubscribe else []
    ways += [f"mailto:{_address(unsubscribe).addr_spec}?subject=unsubscribe"] if unsubscribe else []
    if ways:
        mail["List-Unsubscribe"] = ", ".join(f"<{one}>" for one in ways)
    if letter.unsubscribe:
        # RFC 8058: the mail program may post this to the address by itself.
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.body)
    return mail


def _address(written: str, name: str = "") -> Address:
    try:
        return Address(display_name=" ".join(name.split()), addr_spec=written.strip())
    except (ValueError, IndexError) as error:
        raise UsageError("mailing.no_address", catalogue=WORDS, got=written[:80]) from error
    except Exception as error:
        # The parser of the standard library raises errors of its own module for addresses that are none.
        raise UsageError("mailing.no_address", catalogue=WORDS, got=written[:80]) from error
