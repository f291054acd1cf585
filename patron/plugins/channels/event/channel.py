"""
Reading who was at an event: rows of a list that somebody kept at the stand, and forms that visitors fill in behind a code.

What is said again of a visitor of a campaign comes once, whoever wrote it down and however often; what else is said of somebody
with the same number is read, and comes to the lead that they have. The code is printed and leads to a page of ours, with the
campaign and a signature of it, so that nobody invents visitors of an event.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import attrs

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Delivery,
    Entry,
    Envelope,
    FieldError,
    OptionKind,
    Outcome,
    Reply,
    Told,
    Unreadable,
    added_headings,
    aside_of,
    by_headings,
    envelope_of,
    envelopes_of,
    headings_of,
    key_of_said,
    knows_heading,
    read_table,
    reply_to_entries,
    signed_by,
    with_broken,
)
from patron.core.nouns.schemes import identity_of, says_nothing

HEADINGS = {
    "name": "name|customer_name|visitor|客户姓名|姓名|访客",
    "tel": "tel|phone|mobile|手机|电话|手机号|联系电话",
    "email": "email|e-mail|邮箱|电子邮件",
    "wechat": "wechat|微信|微信号",
    "position": "position|title|job_title|职位|职务",
    "campaign_id": "campaign|campaign_code|campaign_id|utm_campaign|活动|展会",
    "interests": "interest|interests|product|model|意向产品|意向车型",
    "note": "note|remark|message|备注|需求",
    "at": "at|captured_at|time|登记时间|时间|日期",
    "captured_by": "captured_by|登记人|接待人",
    "status": "status|状态",
    "company": "company|organisation|organization|单位|公司",
}
"""Field → headings that mean it."""
_WHO = ("tel", "email", "wechat", "name")
_WRITING = ("at", "captured_by")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TOKEN = "token"  # noqa: S105  # the name of a field


def address(campaign: str, connection: Connection) -> str:
    """Return the address that a printed code leads to: our page, with the campaign and its signature; empty without a page."""
    page, secret = str(connection.options["page"] or ""), str(connection.options["secret"] or "")
    if not page or not secret:
        return ""
    signature = hmac.new(secret.encode(), campaign.encode(), "sha256").hexdigest()
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'campaign': campaign, _TOKEN: signature})}"


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" for forms whose campaign we signed, and for what a connection with a token of its own takes, else why not."""
    if not delivery.method or connection.bearer is not None:  # the intake has seen to that token
        return ""
    secret = str(connection.options["secret"] or "")
    if not secret:
        return "payloads.no_secret"
    if not _is_form(delivery):  # a list may take its time to be read, which nobody has for strangers
        return "payloads.no_form"
    try:
        rows = [by_headings(row, _headings(connection)) for row in _rows(delivery, [], [])]
    except Unreadable as error:
        return error.reason
    good = all(signed_by(secret.encode(), one.get("campaign_id", "").encode("utf-8", "replace"), one.get(_TOKEN)) for one in rows)
    return "" if good and rows else "payloads.wrong_signature"


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every visitor of whom anything is known.

    Raises:
        Unreadable: no heading is known, or it is no sheet.
    """
    broken: list[Envelope] = []
    asides: list[Envelope] = []
    entries = _visitors(delivery, connection, broken, asides)
    return with_broken([*envelopes_of(entries), *asides], broken)


def _visitors(delivery: Delivery, connection: Connection, broken: list[Envelope], asides: list[Envelope]) -> list[Entry]:
    headings = _headings(connection)
    rows = _rows(delivery, broken, asides)
    if rows and not knows_heading(rows, headings):
        raise Unreadable("reason.no_headings")
    entries = []
    for row in rows:
        said, written = by_headings(row, headings), headings_of(row, headings)
        entries.append(Entry(envelope=_visitor(said, written, connection), headings=written))
    if not delivery.method:  # who posts a list is told row by row
        asides += aside_of(entries, rows)
    return entries


def _visitor(said: dict[str, str], written: Mapping[str, str], connection: Connection) -> Envelope | None:
    if all(says_nothing(said.get(name, "")) for name in _WHO):
        return None
    said.pop(_TOKEN, None)
    said.setdefault("campaign_id", str(connection.options.get("campaign") or ""))
    envelope = envelope_of({**said, "key": _key(said)}, connection.zone, headings=written)
    return attrs.evolve(envelope, interaction={**envelope.interaction, "effective": True})


def _headings(connection: Connection) -> Mapping[str, str]:
    return added_headings(HEADINGS, connection.options.get("fields"))


def _is_form(delivery: Delivery) -> bool:
    return delivery.content_type.partition(";")[0].strip().lower() in _FORMS


def _rows(delivery: Delivery, broken: list[Envelope], asides: list[Envelope]) -> Sequence[Mapping[str, Any]]:
    return read_table(delivery.body, delivery.name, broken, content_type=delivery.content_type, asides=asides)


def _key(said: Mapping[str, str]) -> str:
    """Return what tells a visitor: the campaign and all that is said of them, whoever wrote it down, and whenever."""
    try:
        number = identity_of("tel", said.get("tel", ""))
    except FieldError:
        number = None
    return "visitor:" + key_of_said({**said, "tel": number.value} if number else said, beside=_WRITING)


def tell(delivery: Delivery, connection: Connection, told: Sequence[Told]) -> Reply:
    """Say to who keeps the list at the stand who has the lead of each visitor; a visitor is thanked, and told nothing else."""
    try:
        return reply_to_entries(delivery, _visitors(delivery, connection, [], []), told)
    except Unreadable:
        return reply_to_entries(delivery, (), told)


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Thank a visitor, who sees the answer to the form; 403 to who has no code of ours."""
    if Outcome.REJECTED in outcomes:
        return Reply(status=403)
    return Reply(body="谢谢，我们会与您联系。\nThank you. We will be in touch.\n".encode())


CHANNEL = Channel(
    code="event",
    source="market_event",
    contact="visit",
    parse=parse,
    verify=verify,
    respond=respond,
    tell=tell,
    address=address,
    options=(
        ChannelOption(name="campaign"),
        ChannelOption(name="page"),
        ChannelOption(name="secret", kind=OptionKind.SECRET),
        ChannelOption(name="fields", kind=OptionKind.TABLE),
    ),
)
