"""
Reading ADF: a prospect is an envelope.

The format's own example is no valid XML, its document type isn't one either, and makers publish usage guides of their own; so
this reads what can be understood, wherever it stands, and leaves the rest to the raw bytes. The format authenticates nobody: the
way that it comes by has to (an address that is kept secret, a token).
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from patron import Channel, ChannelOption, Connection, Contact, Delivery, Envelope, Unreadable, full_name, key_of_parts, read_time
from patron.plugins.channels.adf.writing import render
from patron.plugins.channels.adf.xml import parse_xml, text_of

_WORDS = {"buy": "", "lease": "lease", "test-drive": "test drive", "trade-in": "trade-in", "sell": "for sale"}
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
    return [_envelope(prospect, connection) for prospect in prospects]


def _envelope(prospect: Element, connection: Connection) -> Envelope:
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
            interests=tuple(dict.fromkeys(_vehicle(one) for one in vehicles if one.get("interest", "buy").lower() not in _OWN)),
            expected_on=text_of(customer, "timeframe/earliestdate"),
            subject=text_of(prospect, "provider/service"),
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


def _vehicle(vehicle: Element) -> str:
    """Return what the vehicle is called: year, make, model, trim."""
    return " ".join(filter(None, (text_of(vehicle, part) for part in ("year", "make", "model", "trim"))))


def _remarks(prospect: Element, customer: Element | None, contact: Element | None, vehicles: Sequence[Element]) -> Iterator[str]:
    for one in vehicles:
        interest = one.get("interest", "buy").lower()
        more = [_WORDS.get(interest, interest), *_details(one)]
        if any(more):
            yield " · ".join(filter(None, (_vehicle(one), *more)))
    if when := text_of(customer, "timeframe/description"):
        yield f"timeframe: {when}"
    for phone in contact.findall("phone") if contact is not None else ():
        if phone.get("time", "nopreference").lower() != "nopreference":
            yield f"{text_of(phone)}: {phone.get('time')}"
    for extra in prospect.findall("comments"):
        yield text_of(extra)


def _details(vehicle: Element) -> Iterator[str]:
    if vehicle.get("status", "").lower() == "used":
        yield "used"
    for name in ("vin", "stock", "odometer", "condition"):
        if said := text_of(vehicle, name):
            yield f"{name} {said}"
    for colours in vehicle.findall("colorcombination"):
        yield " / ".join(filter(None, (text_of(colours, "exteriorcolor"), text_of(colours, "interiorcolor"))))
    for price in vehicle.findall("price"):
        yield " ".join(filter(None, ("price", price.get("type", ""), text_of(price), price.get("currency", ""))))
    finance = vehicle.find("finance")
    if finance is not None:
        amounts = [
            " ".join((one.get("type", ""), text_of(one), one.get("currency", ""))).strip() for one in finance.findall("amount")
        ]
        yield " ".join(filter(None, (text_of(finance, "method"), *amounts)))
    yield text_of(vehicle, "comments")


CHANNEL = Channel(
    code="adf",
    source="webshop",
    contact="web",
    parse=parse,
    render=render,
    options=(ChannelOption(name="vendor"), ChannelOption(name="vendor_email"), ChannelOption(name="vendor_phone")),
    transports=("file", "http", "mail"),
    most_bytes=256 * 1024,
)
