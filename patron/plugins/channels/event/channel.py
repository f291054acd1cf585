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
    Envelope,
    FieldError,
    OptionKind,
    Outcome,
    Reply,
    Unreadable,
    by_headings,
    envelope_of,
    headings_of,
    key_of_said,
    knows_heading,
    read_form,
    read_table,
    signed_by,
    with_broken,
)
from patron.core.nouns.schemes import identity_of

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
    """Return "" for forms whose campaign we signed, else why they aren't authentic."""
    if not delivery.method:
        return ""
    secret = str(connection.options["secret"] or "")
    if not secret:
        return "payloads.no_secret"
    if not _is_form(delivery):  # a list may take its time to be read, which nobody has for strangers
        return "payloads.no_form"
    try:
        rows = [by_headings(row, _headings(connection)) for row in _rows(delivery, [])]
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
    headings = _headings(connection)
    broken: list[Envelope] = []
    rows = _rows(delivery, broken)
    if rows and not knows_heading(rows, headings):
        raise Unreadable("reason.no_headings")
    found: dict[str, Envelope] = {}
    for row in rows:
        said = by_headings(row, headings)
        if any(said.get(name) for name in _WHO):
            said.pop(_TOKEN, None)
            said.setdefault("campaign_id", str(connection.options.get("campaign") or ""))
            key = _key(said)
            envelope = envelope_of({**said, "key": key}, connection.zone, headings=headings_of(row, headings))
            found.setdefault(key, attrs.evolve(envelope, interaction={**envelope.interaction, "effective": True}))
    return with_broken(found.values(), broken)


def _headings(connection: Connection) -> Mapping[str, str]:
    return HEADINGS | dict(connection.options.get("fields") or {})


def _is_form(delivery: Delivery) -> bool:
    return delivery.content_type.partition(";")[0].strip().lower() in _FORMS


def _rows(delivery: Delivery, broken: list[Envelope]) -> Sequence[Mapping[str, Any]]:
    if _is_form(delivery):
        fields: dict[str, str] = {}
        for name, value in read_form(delivery.body, delivery.content_type):
            fields[name] = fields.get(name) or value
        return [fields]
    return read_table(delivery.body, delivery.name, broken)


def _key(said: Mapping[str, str]) -> str:
    """Return what tells a visitor: the campaign and all that is said of them, whoever wrote it down, and whenever."""
    try:
        number = identity_of("tel", said.get("tel", ""))
    except FieldError:
        number = None
    return "visitor:" + key_of_said({**said, "tel": number.value} if number else said, beside=_WRITING)


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
    address=address,
    options=(
        ChannelOption(name="campaign"),
        ChannelOption(name="page"),
        ChannelOption(name="secret", kind=OptionKind.SECRET),
        ChannelOption(name="fields", kind=OptionKind.TABLE),
    ),
)
