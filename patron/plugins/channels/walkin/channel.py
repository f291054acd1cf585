"""
Reading receptions: every visitor of whom anything is known becomes an envelope. A sheet tells of many, what a tablet at the
reception sends mostly of one, and the tablet is told who gets the visitor.

There is no format for it, so columns are known by their headings, in the words that receptions use. Who left neither name nor
number is traffic, to be counted and not to be pursued; nor is who came for the workshop or to ask the way.

The sheet is filled in by hand and typed in by somebody else: when it was filled in, when it was typed in and by whom is kept with
the visit, so that it can be told how long forms lie about.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
    knows_heading,
    read_table,
    read_time,
    reply_to_entries,
    with_broken,
)
from patron.core.nouns.schemes import says_nothing

HEADINGS = {
    "native_id": "reception_no|登记编号|编号",
    "at": "arrived_at|来店时间|到店时间|来店日期|日期",
    "name": "customer_name|name|客户姓名|姓名",
    "tel": "phone|mobile|手机|电话|手机号|联系电话",
    "wechat": "wechat|微信|微信号",
    "gender": "gender|性别",
    "age_band": "age_band|年龄段",
    "occupation": "occupation|职业",
    "address": "address|住址|地址",
    "source": "source_code|source|来源|客户来源",
    "campaign_id": "campaign_id|campaign|活动",
    "referrer_id": "referrer_id|referrer|referred_by|介绍人|推荐人|转介绍人",
    "interests": "interest|interests|model|意向车型|意向产品|意向户型",
    "level": "intent_level|level|级别|意向级别",
    "expected_on": "expected_on|预计购买日期",
    "note": "remark|note|备注|接待记录",
    "visit": "visit_kind|来访类型|到店类型",
    "store": "store_id|store|门店",
    "party_size": "party_size|来店人数|人数",
    "budget": "budget|预算",
    "purchase_window": "purchase_window|购车时间|购买时间",
    "trade_in": "trade_in|置换",
    "competitors": "competitors|对比车型|竞品",
    "receptionist": "receptionist|接待|接待员",
    "consultant": "consultant|销售顾问",
    "next_action": "next_action|下一步",
    "next_action_at": "next_action_at|next_contact_at|下次联系时间",
    "form_filled_at": "form_filled_at|filled_at|填表时间|填写时间",
    "entered_at": "entered_at|typed_at|录入时间",
    "entered_by": "entered_by|typed_by|录入人|录入员",
}
"""Field → headings that mean it."""
_NOT_SALES = frozenset({"non-sales", "service", "非销售", "服务", "售后", "维修", "问路"})
_AGAIN = frozenset({"repeat", "be-back", "二次", "再次", "再次来店", "二次来店", "复访"})
_WHO = ("tel", "wechat", "email", "qq", "name")
_MARKS = ("visit", "store")
_TIMES = ("form_filled_at", "entered_at")
_TYPING = (*_TIMES, "entered_by")
_HOSTS = ("consultant", "receptionist")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?::\d\d)?")


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every visitor of a sheet or workbook, of an object or list of JSON, or of a form.

    Raises:
        Unreadable: no heading is known.
    """
    broken: list[Envelope] = []
    asides: list[Envelope] = []
    entries = _receptions(delivery, connection, broken, asides)
    return with_broken([*envelopes_of(entries), *asides], broken)


def tell(delivery: Delivery, connection: Connection, told: Sequence[Told]) -> Reply:
    """Say of every reception who has the lead that came of it, or what is in the way."""
    try:
        return reply_to_entries(delivery, _receptions(delivery, connection, [], []), told)
    except Unreadable:
        return reply_to_entries(delivery, (), told)


def _receptions(delivery: Delivery, connection: Connection, broken: list[Envelope], asides: list[Envelope]) -> list[Entry]:
    headings = added_headings(HEADINGS, connection.options.get("fields"))
    rows = read_table(delivery.body, delivery.name, broken, content_type=delivery.content_type, asides=asides)
    if rows and not knows_heading(rows, headings):
        raise Unreadable("reason.no_headings")
    came = attrs.evolve(delivery, received_at=delivery.received_at.astimezone(ZoneInfo(connection.zone)))
    entries = []
    for row in rows:
        said, written = by_headings(row, headings), headings_of(row, headings)
        visitor = _visitor(said, written, came, connection)
        entries.append(Entry(envelope=visitor, number=said.get("native_id", ""), headings=written))
    if not delivery.method:  # who posts receptions is told one by one
        asides += aside_of(entries, rows)
    return entries


def _visitor(said: dict[str, str], headings: Mapping[str, str], delivery: Delivery, connection: Connection) -> Envelope | None:
    visit = said.get("visit", "").lower()
    if visit in _NOT_SALES or all(says_nothing(said.get(name, "")) for name in _WHO):
        return None
    said = {**said, "native_id": _number(said, delivery, connection)}
    key = _key(said, delivery.received_at.date().isoformat())
    kind = EnvelopeKind.MESSAGE if visit in _AGAIN else EnvelopeKind.LEAD
    marks = [said.pop(name) for name in _MARKS if name in said]
    entry = _entry(said, delivery, connection)
    envelope = envelope_of({**said, "key": key}, connection.zone, kind=kind, headings=headings)
    interaction = {**envelope.interaction, "effective": True, **entry}
    return attrs.evolve(envelope, interaction=interaction, remarks=(*filter(None, [" · ".join(marks)]), *envelope.remarks))


def _entry(said: dict[str, str], delivery: Delivery, connection: Connection) -> dict[str, str]:
    """Return who received the visitor, when the form was filled in, and who typed it in when; takes them out of what is said."""
    entry = {"entered_at": delivery.received_at.isoformat(), "entered_by_id": delivery.entered_by}
    since = _arrival(said.get("at", ""), connection)
    for name in _TIMES:
        written = said.get(name, "")
        # Of a day alone nobody can tell how long it took; what is no time at all is told as such.
        if written and (any(sign in written for sign in ":：") or read_time(written, connection.zone) is None):
            entry[name] = _time(said.pop(name), delivery, connection, since)
            since = since and read_time(entry[name], connection.zone)
    entry["entered_by_id"] = said.pop("entered_by", "") or entry["entered_by_id"]
    entry["user_id"] = next((said.pop(name) for name in _HOSTS if name in said), "")
    return {name: value for name, value in entry.items() if value}


def _arrival(written: str, connection: Connection) -> datetime | None:
    """Return the begin of the day on which a visitor came, where a row says it."""
    found = read_time(written, connection.zone)
    return (
        None if found is None else found.astimezone(ZoneInfo(connection.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    )


def _time(written: str, delivery: Delivery, connection: Connection, since: datetime | None) -> str:
    """
    Return a time in full; what is none as it is written.

    What a clock shows is the first such time since the visitor came, or since the form was filled in; but none that was not yet
    when the sheet came, and the latest until then where the row tells no day.
    """
    clock = _CLOCK.fullmatch(written)
    if clock is not None:
        came = delivery.received_at
        begin = came if since is None else since.astimezone(came.tzinfo)
        found = begin.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        if since is not None and found < since:
            found += timedelta(days=1)
        return (found if found <= came else found - timedelta(days=1)).isoformat()
    moment = read_time(written, connection.zone)
    return written if moment is None else moment.isoformat()


def _number(said: Mapping[str, str], delivery: Delivery, connection: Connection) -> str:
    """Return a visit's number with its day, for receptions begin anew each day; that of the sheet where it says none."""
    number = said.get("native_id", "")
    since = _arrival(said.get("at", ""), connection)
    return f"{(since or delivery.received_at).date().isoformat()} {number}" if number else ""


def _key(said: Mapping[str, str], today: str) -> str:
    """Return what tells a visit: its number, else all that is said of it, and the day, that of the sheet where it says none."""
    if said.get("native_id"):
        return said["native_id"]
    day = said.get("at", "").replace("T", " ").partition(" ")[0] or today
    return "digest:" + key_of_said({**said, "at": day}, beside=_TYPING)


CHANNEL = Channel(
    code="walkin",
    source="store",
    contact="visit",
    parse=parse,
    tell=tell,
    needs_bearer=True,
    options=(ChannelOption(name="fields", kind=OptionKind.TABLE),),
)
