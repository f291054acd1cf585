"""
Events of CloudEvents 1.0: in JSON one by one or many together, and spread over headers and a body.

What is written in another format, or by another version of the rules, is said to be that and not read: its attributes mean
something else, or stand elsewhere.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from patron import Delivery, Reason, Reply, Unreadable, as_text, read_json

_VERSION = "1.0"
_STRUCTURED = "application/cloudevents"
_TAKEN = (f"{_STRUCTURED}+json", f"{_STRUCTURED}-batch+json")
_DATA = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "text/json"})
"""What data beside headers may be said to be, besides kinds of JSON."""
_FORMAT, _OTHER_VERSION = "reason.other_format", "reason.other_version"
_SHOWN = 60


def media_of(delivery: Delivery) -> str:
    """Return what a body is said to be, without parameters."""
    return delivery.content_type.partition(";")[0].strip().lower()


def is_structured(delivery: Delivery) -> bool:
    """Return whether a body has events in it with all of their attributes."""
    return media_of(delivery).startswith(_STRUCTURED)


def require_known(delivery: Delivery) -> None:
    """
    See that events are written as we read them, as far as their heads tell.

    Raises:
        Unreadable: they are of another format, or another version.
    """
    media, version = media_of(delivery), delivery.headers.get("ce-specversion")
    if is_structured(delivery):
        if media not in _TAKEN:
            raise Unreadable(Reason(_FORMAT, media=media[:_SHOWN], taken=", ".join(_TAKEN)), foreign=True)
    elif version is not None:
        _require_version(_plain(version))
        if media not in _DATA and media != "application/json" and not media.endswith("+json"):
            raise Unreadable(Reason(_FORMAT, media=media[:_SHOWN], taken="application/json"), foreign=True)


def refusal(delivery: Delivery) -> Reply | None:
    """Return the answer to events that we can't read whoever sent them, as the rules of CloudEvents for webhooks ask for."""
    try:
        require_known(delivery)
        if is_structured(delivery):
            said = read_json(delivery.body)
            if isinstance(said, dict):
                _require_version(said.get("specversion", _VERSION))
    except Unreadable as error:
        if error.reason == _FORMAT:
            body = f"this format of events is not read; taken are {', '.join(_TAKEN)}, and JSON with ce- headers\n"
            return Reply(status=415, body=body.encode(), headers={"Accept": ", ".join((*_TAKEN, "application/json"))})
        if error.reason == _OTHER_VERSION:
            return Reply(status=400, body=f"this version of CloudEvents is not read; specversion has to be {_VERSION}\n".encode())
    return None


def _require_version(version: Any) -> None:
    if version != _VERSION:
        raise Unreadable(Reason(_OTHER_VERSION, version=as_text(version)[:_SHOWN], read=_VERSION), foreign=True)


def attributes_beside(headers: Mapping[str, str]) -> dict[str, Any]:
    """
    Return the attributes of an event that stand in headers, under names that begin with `@`; none where there are none.

    Raises:
        Unreadable: one of them is no text.
    """
    about: dict[str, Any] = {f"@{name[3:]}": _plain(value) for name, value in headers.items() if name.startswith("ce-")}
    if about:
        about["@key"] = _unique(about.get("@source"), about.get("@id"))
    return about


def _plain(value: str) -> str:
    """Return what a header says: without the quotes around it, and with what is written by its bytes."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise Unreadable("reason.bad_header") from error


def opened(event: Any) -> tuple[Any, dict[str, Any]]:
    """
    Return the data of an event that has everything in it, and its attributes under names that begin with `@`.

    Raises:
        Unreadable: it is no event, of another version, or its data can't be read.
    """
    if not isinstance(event, dict):
        raise Unreadable("reason.no_id")
    _require_version(event.get("specversion", _VERSION))
    if not event.get("id") or not event.get("source"):
        raise Unreadable("reason.no_id")
    about = {f"@{name}": value for name, value in event.items() if name not in {"data", "data_base64"}}
    about["@key"] = _unique(event["source"], event["id"])
    if "data_base64" not in event:
        return event.get("data"), about
    try:
        return read_json(base64.b64decode(str(event["data_base64"]), validate=True)), about
    except (binascii.Error, ValueError) as error:
        raise Unreadable("reason.no_base64") from error


def _unique(source: Any, number: Any) -> str:
    return f"{source or ''} {number}" if number else ""
