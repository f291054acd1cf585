"""
Reading calls that somebody of us took, and wrote down: one step from the call to a lead, or to an opportunity where it is one.

What a telephone system writes by itself is the business of `cdr`.
"""

from collections.abc import Mapping, Sequence

import attrs

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Delivery,
    Entry,
    Envelope,
    EnvelopeKind,
    OptionKind,
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
    read_table,
    reply_to_entries,
    with_broken,
)

HEADINGS = {
    "native_id": "call_id|call_no|来电编号|编号",
    "at": "at|called_at|time|来电时间|时间|日期",
    "tel": "tel|phone|caller|number|来电号码|手机|电话|手机号",
    "name": "name|caller_name|customer_name|客户姓名|姓名",
    "note": "note|remark|about|备注|来电内容|咨询内容",
    "interests": "interest|interests|product|model|意向车型|意向产品",
    "duration_seconds": "duration|seconds|通话时长",
    "source": "source|来源",
    "campaign_id": "campaign|活动",
    "referrer_id": "referrer|referred_by|介绍人|推荐人|转介绍人",
    "next_action": "next_action|下一步",
    "next_action_at": "next_action_at|next_contact_at|下次联系时间",
    "opportunity": "opportunity|商机",
    "phone_line": "line|线路|分机",
    "recording": "recording|recording_url|录音|录音地址",
    "user_id": "taken_by|answered_by|接听人|接听|客服",
}
"""Field → headings that mean it."""
_BESIDE = ("phone_line", "recording", "user_id")
_YES = frozenset({"1", "yes", "y", "true", "是", "是的", "有", "对", "√", "✓"})
_NO = frozenset({"", "0", "no", "n", "false", "none", "否", "不是", "没有", "无", "×"})


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every call, of a sheet, of JSON, or of a form.

    Raises:
        Unreadable: it is no sheet, or one without a caller's number or name.
    """
    broken: list[Envelope] = []
    asides: list[Envelope] = []
    entries = _calls(delivery, connection, broken, asides)
    return with_broken([*envelopes_of(entries), *asides], broken)


def tell(delivery: Delivery, connection: Connection, told: Sequence[Told]) -> Reply:
    """Say of every call who has the lead that it belongs to, or what is in the way."""
    try:
        return reply_to_entries(delivery, _calls(delivery, connection, [], []), told)
    except Unreadable:
        return reply_to_entries(delivery, (), told)


def _calls(delivery: Delivery, connection: Connection, broken: list[Envelope], asides: list[Envelope]) -> list[Entry]:
    headings = added_headings(HEADINGS, connection.options.get("fields"))
    entries = []
    rows = read_table(delivery.body, delivery.name, broken, content_type=delivery.content_type, asides=asides)
    for row in rows:
        said, written = by_headings(row, headings), headings_of(row, headings)
        number = said.get("native_id", "")
        named = said.get("tel") or said.get("name")
        call = _call(said, written, delivery, connection) if named else None
        entries.append(Entry(envelope=call, number=number, headings=written))
    if not broken and not any(one.envelope for one in entries):
        raise Unreadable("reason.no_call")
    if not delivery.method:  # who posts calls is told one by one
        asides += aside_of(entries, rows)
    return entries


def _call(said: dict[str, str], headings: Mapping[str, str], delivery: Delivery, connection: Connection) -> Envelope:
    key = said.get("native_id") or _digest(said, delivery)
    answer = said.pop("opportunity", "").strip()
    wanted = answer.lower() in _YES
    unclear = {} if wanted or answer.lower() in _NO else {headings["opportunity"]: answer}
    beside = {name: said.pop(name) for name in _BESIDE if name in said}
    kind = EnvelopeKind.LEAD if wanted else EnvelopeKind.CALL
    envelope = envelope_of({**said, "key": key}, connection.zone, kind=kind, headings=headings)
    stage = {"stage": connection.options.get("stage")} if wanted else {}
    call = {**envelope.interaction, **beside, "direction": "in", "effective": True}
    return attrs.evolve(envelope, lead={**envelope.lead, **stage}, interaction=call, unclear=unclear)


def _digest(said: Mapping[str, str], delivery: Delivery) -> str:
    """Return what tells a call without a number: who called when, and what about."""
    return "call:" + key_of_said({"at": delivery.received_at.isoformat(), **said})


CHANNEL = Channel(
    code="phone",
    source="phone",
    contact="phone",
    parse=parse,
    tell=tell,
    needs_bearer=True,
    options=(
        ChannelOption(name="stage", default="qualified"),
        ChannelOption(name="fields", kind=OptionKind.TABLE),
    ),
)
