"""
Writing ADF, strictly: every element that the format asks for, in its order, and nothing that it doesn't know.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from patron import Connection, Envelope, as_text

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n'
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def render(envelopes: Sequence[Envelope], connection: Connection) -> bytes:
    """
    Return a document with a prospect for every envelope.

    Accounts and further addresses, for which the format has no place, stand in the comments; remarks are left out.
    """
    root = Element("adf")
    for envelope in envelopes:
        _prospect(root, envelope, connection)
    indent(root)
    return _HEAD + tostring(root, encoding="unicode").encode("utf-8") + b"\n"


def _prospect(root: Element, envelope: Envelope, connection: Connection) -> None:
    prospect = SubElement(root, "prospect", status="new")
    source, colon, number = envelope.native_id.partition(":")
    if envelope.native_id:
        about = {"source": _clean(source)} if colon and source and number else {}
        _text(prospect, "id", number if about else envelope.native_id, sequence="1", **about)
    _text(prospect, "requestdate", (envelope.at or _NEVER).astimezone(UTC).isoformat(timespec="seconds"))
    interests = envelope.lead.get("interests") or ()
    for interest in (interests,) if isinstance(interests, str) else interests or ("",):
        _vehicle(prospect, as_text(interest))
    _customer(prospect, envelope)
    _vendor(prospect, connection)
    provider = SubElement(prospect, "provider")
    _text(provider, "name", connection.name, part="full")
    if service := as_text(envelope.lead.get("medium") or envelope.lead.get("subject")):
        _text(provider, "service", service)


def _vendor(prospect: Element, connection: Connection) -> None:
    said = {name: as_text(connection.options.get(name)) for name in ("vendor", "vendor_email", "vendor_phone")}
    called = said["vendor"] or connection.name
    vendor = SubElement(prospect, "vendor")
    _text(vendor, "vendorname", called)
    contact = SubElement(vendor, "contact")
    _text(contact, "name", called, part="full", type="business")
    if said["vendor_email"]:
        _text(contact, "email", said["vendor_email"])
    if said["vendor_phone"]:
        _text(contact, "phone", said["vendor_phone"], type="voice")


def _vehicle(prospect: Element, interest: str) -> None:
    vehicle = SubElement(prospect, "vehicle", interest="buy", status="new")
    words = interest.split()
    year = words.pop(0) if words and _YEAR.fullmatch(words[0]) else ""
    make = words.pop(0) if words else ""
    for name, text in (("year", year), ("make", make), ("model", " ".join(words))):
        _text(vehicle, name, text)


def _customer(prospect: Element, envelope: Envelope) -> None:
    customer = SubElement(prospect, "customer")
    contact = SubElement(customer, "contact")
    _text(contact, "name", as_text(envelope.customer.get("name")), part="full", type="individual")
    emails = [one.written for one in envelope.contacts if one.scheme == "email"]
    for email in emails[:1]:
        _text(contact, "email", email)
    for one in envelope.contacts:
        if one.scheme == "tel":
            _text(contact, "phone", one.written, type="voice")
    beside = [f"email {email}" for email in emails[1:]]
    beside += [f"{one.scheme} {one.written}" for one in envelope.contacts if one.scheme not in {"email", "tel"}]
    if address := as_text(envelope.customer.get("address")):
        _text(SubElement(contact, "address", type="home"), "street", address, line="1")
    if day := as_text(envelope.lead.get("expected_on")):
        _text(SubElement(customer, "timeframe"), "earliestdate", day)
    if comments := "\n".join(filter(None, (as_text(envelope.interaction.get("note")), *beside))):
        _text(customer, "comments", comments)


def _text(parent: Element, name: str, text: str, **about: str) -> None:
    SubElement(parent, name, about).text = _clean(text)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
