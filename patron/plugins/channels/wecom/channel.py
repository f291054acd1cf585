"""
Reading callbacks of WeCom (企业微信): customers whom employees add.

A callback is encrypted and names nobody: it has an id of the person, which is the corporation's own, and no phone number. All
events come from the same sender, so each is known by what happened to whom and when. An app of a third party is told the same
under other names, and the corporation is the one that authorised the app.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Delivery,
    Envelope,
    OptionKind,
    Reason,
    Reply,
    Unreadable,
    envelope_of,
)
from patron.plugins.channels.wecom.sealing import is_signed, opened

_ADDED = frozenset({"add_external_contact", "add_half_external_contact"})
_UNIQUE = ("ToUserName", "Event", "ChangeType", "UserID", "ExternalUserID", "CreateTime")
_THIRD_PARTY = {"ToUserName": "AuthCorpId", "Event": "InfoType", "CreateTime": "TimeStamp"}


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Answer WeCom's question whether we know token and key: with what it sealed, and nothing else."""
    sealed = delivery.query.get("echostr", "")
    if delivery.method != "GET" or not sealed:
        return None
    if _refusal(delivery, sealed, connection):
        return Reply(status=403)
    try:
        return Reply(body=opened(sealed, connection))
    except Unreadable:
        return Reply(status=403)


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" where the sealed text is signed with the token, else why it isn't authentic."""
    if not delivery.method:
        return ""
    try:
        return _refusal(delivery, _text(_xml(delivery.body), "Encrypt"), connection)
    except Unreadable as error:
        return error.reason


def _refusal(delivery: Delivery, sealed: str, connection: Connection) -> str:
    sent = delivery.query.get("timestamp", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 12):
        return "payloads.no_timestamp"
    late = delivery.received_at.timestamp() - int(sent)
    if abs(late) > connection.options["tolerance"]:
        return Reason("payloads.late" if late > 0 else "payloads.early", seconds=round(abs(late)))
    return "" if is_signed(delivery.query, sealed, str(connection.options["token"])) else "payloads.wrong_signature"


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a customer whom somebody added; none of other events.

    Raises:
        Unreadable: it is no XML, can't be opened, or is meant for another corporation.
    """
    event = _xml(opened(_text(_xml(delivery.body), "Encrypt"), connection))
    person = _text(event, "ExternalUserID")
    if _said(event, "Event") != "change_external_contact" or _text(event, "ChangeType") not in _ADDED:
        return []
    if not person:
        raise Unreadable("reason.no_person")
    said = {
        "key": " ".join(_said(event, name) or "-" for name in _UNIQUE),
        "at": _said(event, "CreateTime"),
        "external": f"wecom:{_text(event, 'AuthCorpId') or connection.options['corp_id']}:{person}",
        "campaign_id": _text(event, "State"),
        "UserID": _text(event, "UserID"),
    }
    return [envelope_of(said, connection.zone)]


def _said(event: Element, name: str) -> str:
    """Return what an event says by a name, or by the name that an app of a third party is told it under."""
    return _text(event, name) or _text(event, _THIRD_PARTY.get(name, name))


def _xml(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except Exception as error:  # expat and its guards raise four kinds of their own
        raise Unreadable("reason.no_xml") from error
    return root


def _text(root: Element, name: str) -> str:
    return (root.findtext(name) or "").strip()


CHANNEL = Channel(
    code="wecom",
    source="qq",
    contact="im",
    parse=parse,
    verify=verify,
    challenge=challenge,
    options=(
        ChannelOption(name="token", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="aes_key", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="corp_id", required=True),
        ChannelOption(name="tolerance", kind=OptionKind.INTEGER, default=300, least=0),
    ),
    most_bytes=64 * 1024,
)
