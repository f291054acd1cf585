"""
Writing business cards: vCard 3.0, which every telephone and mail program reads.
"""

from collections.abc import Sequence
from typing import Any

from patron import Connection, Envelope, InputError, as_text


def render(envelopes: Sequence[Envelope], connection: Connection) -> bytes:
    """
    Return a card for every envelope.

    Raises:
        InputError: the library for it is not installed.
    """
    try:
        import vobject
    except ImportError as error:
        raise InputError("intake.no_extra", what="vCard", extra="channels") from error
    return "".join(_card(vobject, one).serialize() for one in envelopes).encode("utf-8", "replace")


def _card(library: Any, envelope: Envelope) -> Any:
    card = library.vCard()
    name = as_text(envelope.customer.get("name"))
    card.add("fn").value = name
    card.add("n").value = library.vcard.Name(family=name)
    for contact in envelope.contacts:
        if contact.scheme in {"tel", "email"}:
            line = card.add(contact.scheme)
            line.value = contact.written
            line.type_param = "CELL" if contact.scheme == "tel" else "INTERNET"
    if address := as_text(envelope.customer.get("address")):
        card.add("adr").value = library.vcard.Address(street=address)
    plain = {"title": envelope.customer.get("position"), "note": envelope.interaction.get("note"), "uid": envelope.native_id}
    for label, value in plain.items():
        if text := as_text(value):
            card.add(label).value = text
    return card
