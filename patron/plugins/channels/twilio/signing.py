"""
How Twilio signs: HMAC-SHA1 over the address that it called, and over the fields of a form behind it.

What Twilio asks for by GET stands in the address, and the address alone is signed. So it is for JSON: the address has the SHA-256
of the body then, and who signed the one vouches for the other.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from patron import Connection, Delivery, Unreadable, as_text, read_form, read_json, same_secret

_HASH = "bodySHA256"


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" where everything that a request says is signed with the auth token, else why it isn't authentic."""
    if not delivery.method:
        return ""
    try:
        fields = _signed_fields(delivery)
    except Unreadable as error:
        return error.reason
    message = _address(delivery, connection) + "".join(name + value for name, value in fields)
    key = str(connection.options["secret"]).encode()
    expected = base64.b64encode(hmac.new(key, message.encode("utf-8", "replace"), hashlib.sha1).digest()).decode()
    return "" if same_secret(expected, delivery.headers.get("x-twilio-signature")) else "payloads.wrong_signature"


def _address(delivery: Delivery, connection: Connection) -> str:
    """Return the address that Twilio called: as the connection says it, with the query that came."""
    _, asks, query = delivery.url.partition("?")
    address = str(connection.options["url"] or delivery.url)
    return f"{address.partition('?')[0]}?{query}" if asks else address


def _signed_fields(delivery: Delivery) -> Sequence[tuple[str, str]]:
    """
    Return the fields that are signed behind the address.

    Raises:
        Unreadable: the body is none that the signature covers.
    """
    if _HASH in delivery.query:
        found = hashlib.sha256(delivery.body).hexdigest()
        if not same_secret(found, delivery.query[_HASH].lower()):
            raise Unreadable("reason.other_body")
        return ()
    if not delivery.body:
        return ()
    if delivery.method == "GET" or _is_json(delivery):
        raise Unreadable("reason.unsigned_body")
    return sorted(set(read_form(delivery.body, delivery.content_type)))


def fields_of(delivery: Delivery) -> Mapping[str, str]:
    """
    Return what a request says, by name: in its form, in an object of JSON, or in its address.

    Raises:
        Unreadable: it is none of these.
    """
    if not delivery.body:
        return delivery.query
    if not _is_json(delivery):
        return dict(read_form(delivery.body, delivery.content_type))
    said = read_json(delivery.body)
    if not isinstance(said, dict):
        raise Unreadable("payloads.no_object")
    return {name: as_text(value) for name, value in said.items() if not isinstance(value, dict | list)}


def _is_json(delivery: Delivery) -> bool:
    media = delivery.content_type.partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json") or delivery.body.lstrip()[:1] == b"{"
