"""
Reading leads of Google Ads: what people filled in stands in columns with fixed ids.

The key of the form is a secret that stands inside the body, so it is blotted out before anything is kept.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Unreadable,
    as_text,
    envelope_of,
    full_name,
    read_json,
    said_by_box,
    same_secret,
)

_BLOT = "•••"
_KEY = re.compile(rb'("google_key"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}"]+)')
_CONTACTS = {"tel": ("PHONE_NUMBER", "WORK_PHONE"), "email": ("EMAIL", "WORK_EMAIL")}
_INTERESTS = ("VEHICLE_MODEL", "VEHICLE_TYPE", "PROPERTY_TYPE", "PROPERTY_COMMUNITY", "PRODUCT", "SERVICE", "OFFER", "CATEGORY")
_ADDRESS = ("STREET_ADDRESS", "CITY", "REGION", "POSTAL_CODE", "COUNTRY")
_NAMES = ("FULL_NAME", "FIRST_NAME", "LAST_NAME")
_DUMMY = "dummy_value"


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" where the body has the key of the form, else why it isn't authentic."""
    if not delivery.method:
        return ""
    try:
        said = read_json(delivery.body)
    except Unreadable as error:
        return error.reason
    key = as_text(said.get("google_key")) if isinstance(said, dict) else ""
    return "" if same_secret(connection.options["secret"], key) else "reason.wrong_key"


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a lead.

    Raises:
        Unreadable: it is no lead of Google Ads.
    """
    said = read_json(delivery.body)
    if not isinstance(said, dict) or not as_text(said.get("lead_id")):
        raise Unreadable("reason.no_lead_id")
    columns = said.get("user_column_data")
    if not isinstance(columns, list):
        raise Unreadable("reason.no_columns")
    filled = [one for one in columns if isinstance(one, dict) and as_text(one.get("string_value"))]
    values = {as_text(one.get("column_id")): as_text(one["string_value"]) for one in filled}
    names = {as_text(one.get("column_id")): as_text(one.get("column_name") or one.get("column_id")) for one in filled}
    test = as_text(said.get("is_test")).lower() in {"true", "1"} or _DUMMY in values.values()
    about = _known(values) | {names[code]: value for code, value in values.items() if code not in _USED}
    number = as_text(said["lead_id"])
    about |= {"key": number, "native_id": number, "campaign_id": as_text(said.get("campaign_id"))}
    about["click_id"] = as_text(said.get("gcl_id"))
    purposes: Mapping[str, str] = connection.options.get("consents") or {}
    consents = tuple(
        one
        for question, purpose in purposes.items()
        for one in said_by_box(about.get(question, values.get(question)), purpose, evidence=question, given_by="provider")
    )
    return [envelope_of(about, connection.zone, kind=EnvelopeKind.TEST if test else EnvelopeKind.LEAD, consents=consents)]


_USED = {*_NAMES, *_CONTACTS["tel"], *_CONTACTS["email"], *_INTERESTS, *_ADDRESS, "JOB_TITLE"}


def _known(values: Mapping[str, str]) -> dict[str, Any]:
    def several(codes: Sequence[str]) -> list[str]:
        return [values[code] for code in codes if code in values]

    name = values.get("FULL_NAME") or full_name(values.get("FIRST_NAME", ""), values.get("LAST_NAME", ""))
    return {
        **{scheme: several(codes) for scheme, codes in _CONTACTS.items()},
        "name": name,
        "position": values.get("JOB_TITLE"),
        "address": ", ".join(several(_ADDRESS)),
        "region": values.get("REGION") or values.get("CITY"),
        "interests": several(_INTERESTS),
    }


def redact(body: bytes) -> bytes:
    """Return the bytes without the key; JSON that hides it in an unusual way is written anew."""
    blotted = _KEY.sub(rb'\1"' + _BLOT.encode() + b'"', body)
    try:
        said = read_json(blotted)
    except Unreadable:
        return blotted
    if isinstance(said, dict) and said.get("google_key") not in (None, _BLOT):
        return json.dumps({**said, "google_key": _BLOT}, ensure_ascii=False).encode()
    return blotted


CHANNEL = Channel(
    code="google_ads",
    source="webshop",
    contact="web",
    parse=parse,
    verify=verify,
    redact=redact,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="consents", kind=OptionKind.TABLE),
    ),
)
