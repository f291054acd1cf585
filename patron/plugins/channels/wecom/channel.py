"""
Reading what WeCom (企业微信) tells of employees and their customers: callbacks, and the details behind them.

A callback is encrypted and names nobody: it has an id of the person, which is the corporation's own, and no phone number. All
events come from the same sender, so each is known by what happened to whom and when. An app of a third party is told the same
under other names, and the corporation is the one that authorised the app. Who the person is has to be asked for (`asking.py`).
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
    read_json,
)
from patron.plugins.channels.wecom.asking import complete
from patron.plugins.channels.wecom.details import envelopes_of_details
from patron.plugins.channels.wecom.events import envelopes_of, text_of
from patron.plugins.channels.wecom.sealing import is_signed, opened


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
        return _refusal(delivery, text_of(_xml(delivery.body), "Encrypt"), connection)
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
    Return what a callback tells of a customer, or what the details of one do; nothing for events that concern none.

    Raises:
        Unreadable: it is neither, can't be opened, or is meant for another corporation.
    """
    if delivery.body.lstrip()[:1] == b"{":
        said = read_json(delivery.body)
        return envelopes_of_details(said if isinstance(said, dict) else {}, connection)
    return envelopes_of(_xml(opened(text_of(_xml(delivery.body), "Encrypt"), connection)), connection)


def _xml(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except Exception as error:  # expat and its guards raise four kinds of their own
        raise Unreadable("reason.no_xml") from error
    return root


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
        ChannelOption(name="receivers", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="tolerance", kind=OptionKind.INTEGER, default=300, least=0),
        ChannelOption(name="corp_secret", kind=OptionKind.SECRET),
        ChannelOption(name="api", default="https://qyapi.weixin.qq.com"),
        ChannelOption(name="patience", kind=OptionKind.INTEGER, default=3_600, least=0),
        ChannelOption(name="unanswered", kind=OptionKind.INTEGER, default=3, least=1),
        ChannelOption(name="users", kind=OptionKind.TABLE),
        ChannelOption(name="accepts", kind=OptionKind.TEXTS, default=("sales", "service", "relationship")),
    ),
    transports=("file", "http", "poll"),
    complete=complete,
    polled_with="corp_secret",
    most_bytes=256 * 1024,
)
