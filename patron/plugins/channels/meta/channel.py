"""
Reading lead ads of Meta: notices that there is a lead, many in one delivery, and details of leads as its Graph API gives them.

A notice has a number and nothing else, and is a lead already: one that awaits its details. They are fetched (`graph.py`), or
handed in, as another delivery of the same connection; the number brings both together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from patron import (
    Channel,
    ChannelOption,
    Connection,
    ConsentSaid,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Reply,
    Unreadable,
    as_text,
    broken_envelope,
    envelope_of,
    full_name,
    read_json,
    said_by_box,
    same_secret,
    signed_by,
    with_broken,
)
from patron.plugins.channels.meta.graph import complete, fetch

_NOTICE = ("form_id", "ad_id", "page_id")
_FIELDS = {"email": "email", "phone_number": "tel", "work_email": "email", "work_phone_number": "tel", "job_title": "position"}
_ADDRESS = ("street_address", "city", "state", "province", "post_code", "zip_code", "country")
_NAMES = ("full_name", "first_name", "last_name")
_DUMMY = "<test lead:"


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Answer Meta's question whether the address is ours: with its number for our token, else with a refusal."""
    if delivery.method != "GET" or "hub.mode" not in delivery.query:
        return None
    number = delivery.query.get("hub.challenge", "")
    known = same_secret(str(connection.options["verify_token"] or ""), delivery.query.get("hub.verify_token"))
    if delivery.query["hub.mode"] != "subscribe" or not known or not (number.isascii() and number.isdigit()):
        return Reply(status=403)
    return Reply(body=number.encode())


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" where the bytes are signed with the app secret, else why they aren't authentic."""
    if not delivery.method:
        return ""
    signature = delivery.headers.get("x-hub-signature-256", "")
    secret = str(connection.options["secret"]).encode()
    return "" if signature.startswith("sha256=") and signed_by(secret, delivery.body, signature) else "payloads.wrong_signature"


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every lead of a notice, or of the details of one lead or more.

    Raises:
        Unreadable: it is neither of both.
    """
    said = read_json(delivery.body)
    if not isinstance(said, dict):
        raise Unreadable("payloads.no_object")
    if "entry" in said:
        unread: list[Envelope] = []
        found = {as_text(value["leadgen_id"]): value for value in _notices(said, unread)}
        return with_broken((_awaiting(number, value, connection) for number, value in found.items()), unread)
    rows = said.get("data", [said])
    if not isinstance(rows, list):
        raise Unreadable("reason.no_lead")
    leads: dict[str, Envelope] = {}
    broken: list[Envelope] = []
    for row in rows:
        if lacking := _lacking(row):
            broken.append(broken_envelope(lacking, as_text(row)))
        else:
            leads[as_text(row["id"])] = _detailed(row, connection)
    return with_broken(leads.values(), broken)


def _lacking(row: Any) -> str:
    """Return what keeps the details of a lead from being read, "" where nothing does."""
    if not isinstance(row, dict) or not isinstance(row.get("field_data"), list):
        return "reason.no_lead"
    return "" if _is_number(row.get("id")) else "reason.no_id"


def _notices(said: Mapping[str, Any], broken: list[Envelope]) -> Iterator[Mapping[str, Any]]:
    """Yield what tells of a lead, and take up what can't be read; a page has other news too."""
    entries = said["entry"]
    if not isinstance(entries, list):
        raise Unreadable("reason.no_entries")
    for entry in entries:
        changes = entry.get("changes", []) if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            broken.append(broken_envelope("reason.no_changes", as_text(entry)))
            continue
        for change in changes:
            if isinstance(change, dict) and change.get("field") != "leadgen":
                continue
            value = change.get("value") if isinstance(change, dict) else None
            if isinstance(value, dict) and _is_number(value.get("leadgen_id")):
                yield value
            else:
                broken.append(broken_envelope("reason.no_leadgen_id", as_text(change)))


def _is_number(value: Any) -> bool:
    """Return whether a value is the number of a lead, which may be written as text."""
    return isinstance(value, str | int) and not isinstance(value, bool) and bool(as_text(value))


def _awaiting(number: str, value: Mapping[str, Any], connection: Connection) -> Envelope:
    about = {name: value.get(name) for name in _NOTICE}
    said = {"key": f"notice:{number}", "native_id": number, "at": value.get("created_time"), **about}
    return attrs.evolve(envelope_of(said, connection.zone), awaits=True)


def _detailed(row: Mapping[str, Any], connection: Connection) -> Envelope:
    number = as_text(row.get("id"))
    fields = [one for one in row["field_data"] if isinstance(one, dict)]
    values = {as_text(one.get("name")): one.get("values") or [] for one in fields}
    texts = {name: as_text(value) for name, value in values.items()}
    said: dict[str, Any] = {"key": f"details:{number}", "native_id": number, "at": row.get("created_time")}
    said["name"] = texts.get("full_name") or full_name(texts.get("first_name", ""), texts.get("last_name", ""))
    said["address"] = ", ".join(texts[name] for name in _ADDRESS if texts.get(name))
    said["region"] = texts.get("state") or texts.get("province") or texts.get("city")
    for name, ours in _FIELDS.items():
        if name in texts:
            said[ours] = [*said.get(ours, []), texts[name]] if ours in {"tel", "email"} else texts[name]
    said |= {name: value for name, value in texts.items() if name not in {*_NAMES, *_ADDRESS, *_FIELDS}}
    said["medium"] = row.get("platform")
    said["subject"] = row.get("campaign_name") or row.get("ad_name")
    test = any(text.startswith(_DUMMY) for text in texts.values())
    kind = EnvelopeKind.TEST if test else EnvelopeKind.LEAD
    return envelope_of(said, connection.zone, kind=kind, consents=_consents(row, connection))


def _consents(row: Mapping[str, Any], connection: Connection) -> tuple[ConsentSaid, ...]:
    """Return what the boxes beside the form's own disclaimer say, of those for which the connection names a purpose."""
    purposes: Mapping[str, str] = connection.options.get("consents") or {}
    boxes = row.get("custom_disclaimer_responses")
    return tuple(
        said
        for box in (boxes if isinstance(boxes, list) else [])
        if isinstance(box, dict) and (key := as_text(box.get("checkbox_key"))) in purposes
        for said in said_by_box(as_text(box.get("is_checked")) or "0", purposes[key], evidence=key, given_by="provider")
    )


CHANNEL = Channel(
    code="meta",
    source="webshop",
    contact="web",
    parse=parse,
    verify=verify,
    challenge=challenge,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="verify_token", kind=OptionKind.SECRET),
        ChannelOption(name="page_token", kind=OptionKind.SECRET),
        ChannelOption(name="forms", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="days", kind=OptionKind.INTEGER, default=7, least=0),
        ChannelOption(name="together", kind=OptionKind.INTEGER, default=100, least=1),
        ChannelOption(name="lag", kind=OptionKind.INTEGER, default=120, least=0),
        ChannelOption(name="unanswered", kind=OptionKind.INTEGER, default=3, least=1),
        ChannelOption(name="graph", default="https://graph.facebook.com/v23.0"),
        ChannelOption(name="consents", kind=OptionKind.TABLE),
    ),
    transports=("file", "http", "poll"),
    fetch=fetch,
    complete=complete,
    polled_with="page_token",
)
