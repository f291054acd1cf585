"""
Reading ADF: a prospect is an envelope.

The format's own example is no valid XML, its document type isn't one either, and makers publish usage guides of their own; so
this reads what can be understood, wherever it stands, and leaves the rest to the raw bytes. The format authenticates nobody: the
way that it comes by has to (an address that is kept secret, a token).
"""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Contact,
    Delivery,
    Envelope,
    OptionKind,
    Reason,
    Unreadable,
    full_name,
    key_of_parts,
    read_time,
)
from patron.plugins.channels.adf.vehicle import name_of, remark_on
from patron.plugins.channels.adf.writing import render
from patron.plugins.channels.adf.xml import parse_xml, text_of

_TIMES = frozenset({"morning", "afternoon", "evening", "day"})
VENDOR = "adf.vendor"
"""The field of the lead that says for which store it came."""
_OWN = ("trade-in", "sell")
"""Interests of a vehicle that the person has, and does not look for."""


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every prospect.

    Raises:
        Unreadable: it is no XML, or has no prospect.
    """
    root = parse_xml(delivery.body)
    prospects = list(root.iter("prospect"))
    if not prospects:
        raise Unreadable("reason.no_prospect")
    called = {name: str(store) for name, store in (connection.options.get("vendors") or {}).items()}
    return [_envelope(prospect, connection, _vendor(prospect, root, called)) for prospect in prospects]


def _envelope(prospect: Element, connection: Connection, vendor: str) -> Envelope:
    customer = prospect.find("customer")
    contact = customer.find("contact") if customer is not None else None
    if contact is None:
        contact = prospect.find("contact")
    contacts = tuple(_contacts(contact))
    name, vehicles = _name(contact), prospect.findall("vehicle")
    number = _number(prospect)
    return Envelope(
        native_id=number or _digest(prospect, name, contacts, vehicles),
        at=read_time(text_of(prospect, "requestdate"), connection.zone),
        contacts=contacts,
        customer=_filled(name=name, address=_address(contact)),
        lead=_filled(
            interests=tuple(dict.fromkeys(name_of(one) for one in vehicles if one.get("interest", "buy").lower() not in _OWN)),
            expected_on=text_of(customer, "timeframe/earliestdate"),
            medium=text_of(prospect, "provider/service"),
            **{VENDOR: vendor},
        ),
        interaction=_filled(note=text_of(customer, "comments")),
        remarks=tuple(_remarks(prospect, customer, contact, vehicles)),
    )


def _filled(**values: str | tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    return {name: value for name, value in values.items() if value}


def _number(prospect: Element) -> str:
    """Return the portal's number of the lead: the first id, with whose it is."""
    first = next((one for one in prospect.findall("id") if text_of(one)), None)
    return "" if first is None else ":".join(filter(None, (first.get("source", ""), text_of(first))))


def _digest(prospect: Element, name: str, contacts: Sequence[Contact], vehicles: Sequence[Element]) -> str:
    """Return what stands for the number that is missing: equal for the same request sent again."""
    said = [text_of(prospect, "provider/name"), text_of(prospect, "requestdate"), name]
    said += [f"{one.scheme}:{one.written}" for one in contacts]
    said += [text_of(one, part) for one in vehicles for part in ("year", "make", "model")]
    return "digest:" + key_of_parts(*said)


def _name(contact: Element | None) -> str:
    """Return the person's name: the full one, else its parts in the order of the language that they are written in."""
    if contact is None:
        return ""
    parts = {one.get("part", "full").lower(): text_of(one) for one in contact.findall("name")}
    if parts.get("full"):
        return parts["full"]
    family, first = parts.get("last") or parts.get("surname", ""), parts.get("first", "")
    return full_name(first, family, middle=parts.get("middle", ""), suffix=parts.get("suffix", ""))


def _contacts(contact: Element | None) -> Iterator[Contact]:
    if contact is None:
        return
    phones = [one for one in contact.findall("phone") if one.get("type", "").lower() not in {"fax", "pager"} and text_of(one)]
    for one in sorted(phones, key=lambda phone: phone.get("preferredcontact") != "1"):
        yield Contact(scheme="tel", written=text_of(one))
    for one in contact.findall("email"):
        if text_of(one):
            yield Contact(scheme="email", written=text_of(one))


def _address(contact: Element | None) -> str:
    place = contact.find("address") if contact is not None else None
    if place is None:
        return ""
    parts = [text_of(one) for one in place.findall("street")]
    parts += [text_of(place, name) for name in ("apartment", "city", "regioncode", "postalcode", "country")]
    return ", ".join(filter(None, parts))


def _vendor(prospect: Element, root: Element, called: Mapping[str, str]) -> str:
    """Return the store that a prospect is for, as it is called here: by its number, else by its name."""
    vendor = prospect.find("vendor")
    if vendor is None:
        vendor = root.find("vendor")
    if vendor is None:
        return ""
    name = text_of(vendor, "vendorname") or text_of(vendor, "contact/name")
    numbers = [(one.get("source", ""), text_of(one)) for one in vendor.findall("id") if text_of(one)]
    said = [*(f"{source}:{number}" for source, number in numbers if source), *(number for _, number in numbers), name]
    known = {one.casefold(): store for one, store in called.items()}
    return next((known[one.casefold()] for one in said if one.casefold() in known), name or next(iter(said), ""))


def _remarks(prospect: Element, customer: Element | None, contact: Element | None, vehicles: Sequence[Element]) -> Iterator[str]:
    yield from filter(None, map(remark_on, vehicles))
    # The format's own papers differ on whether a timeframe has parts.
    if when := text_of(customer, "timeframe/description") or _own_text(customer, "timeframe"):
        yield Reason("remark.timeframe", said=when)
    if day := text_of(customer, "timeframe/latestdate"):
        yield Reason("remark.latest", said=day)
    for phone in contact.findall("phone") if contact is not None else ():
        time = phone.get("time", "").strip().lower()
        if time and time != "nopreference":
            yield Reason("remark.call", phone=text_of(phone), time=Reason(f"remark.{time}") if time in _TIMES else time)
    for extra in prospect.findall("comments"):
        yield text_of(extra)


def _own_text(element: Element | None, name: str) -> str:
    found = element.find(name) if element is not None else None
    return "" if found is None else " ".join((found.text or "").split())


CHANNEL = Channel(
    code="adf",
    source="webshop",
    contact="web",
    parse=parse,
    render=render,
    options=(
        ChannelOption(name="vendors", kind=OptionKind.TABLE),
        ChannelOption(name="vendor"),
        ChannelOption(name="vendor_email"),
        ChannelOption(name="vendor_phone"),
    ),
    transports=("file", "http", "mail"),
    most_bytes=256 * 1024,
)
