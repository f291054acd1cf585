"""
Reading webhooks: an object of JSON, a list of them, events of CloudEvents, or a form; a map says which of their names is which of
ours.

Who sends a lead can hardly be asked to send it in another way, so the map is the connection's. The names that senders mostly use
are known without one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Reason,
    Reply,
    Unreadable,
    as_text,
    at_path,
    broken_envelope,
    envelope_of,
    read_form,
    read_json,
    with_broken,
)
from patron.plugins.channels.webhook.cloudevents import (
    attributes_beside,
    is_structured,
    media_of,
    opened,
    refusal,
    require_known,
)
from patron.plugins.channels.webhook.listing import fetch
from patron.plugins.channels.webhook.presets import NONE, kind_of, plain, preset_of, presets, with_preset
from patron.plugins.channels.webhook.signing import verify

USUAL = {
    "native_id": "lead_id|leadId|clueId|clue_id|id",
    "at": "created_at|create_time|createTime|created_time|timestamp|time",
    "name": "name|full_name|user_name|userName|contact.name|姓名",
    "tel": "tel|phone|mobile|telephone|phoneNumber|contact.phone|contact.phoneNumber|手机|电话",
    "email": "email|mail|contact.email|邮箱",
    "note": "note|message|remark|comments|content|留言|备注",
    "interests": "interests|interest|product|model|意向车型",
    "subject": "subject|title",
    "medium": "utm_medium|medium",
    "click_id": "gclid|fbclid|click_id|clickid",
    "referrer_id": "referred_by|推荐人|介绍人",
}
"""Field → where senders mostly have it."""


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every lead of a body.

    Raises:
        Unreadable: it is neither JSON nor a form, or there is no object in it.
    """
    found: list[Envelope] = []
    broken: list[Envelope] = []
    for event in _events(delivery, connection, broken):
        try:
            found.append(_envelope(event, connection))
        except Unreadable as error:
            broken.append(broken_envelope(error.reason, as_text(event)))
    return with_broken(found, broken)


def _events(delivery: Delivery, connection: Connection, broken: list[Envelope]) -> Iterator[dict[str, Any]]:
    """Yield the objects that the body tells of, each with the attributes of its event under names that begin with `@`."""
    require_known(delivery)
    about = attributes_beside(delivery.headers)
    if media_of(delivery) in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        fields: dict[str, list[str]] = {}
        for name, value in read_form(delivery.body, delivery.content_type):
            fields.setdefault(name, []).append(value)
        yield {**{name: values[0] if len(values) == 1 else values for name, values in fields.items()}, **about}
        return
    said = read_json(delivery.body)
    if is_structured(delivery):
        for event in said if isinstance(said, list) else [said]:
            try:
                yield from list(_objects(*opened(event), connection))
            except Unreadable as error:
                if not isinstance(said, list):
                    raise
                broken.append(broken_envelope(error.reason, as_text(event)))
        return
    if not about and delivery.headers.get("webhook-id"):
        about = {"@key": delivery.headers["webhook-id"]}
        if isinstance(said, dict) and isinstance(said.get("data"), dict) and "type" in said:
            about |= {"@type": said["type"], "@time": said.get("timestamp")}
            said = said["data"]
    yield from _objects(said, about, connection)


def _objects(said: Any, about: Mapping[str, Any], connection: Connection) -> Iterator[dict[str, Any]]:
    path = connection.options["items"] or preset_of(connection).get("items", "")
    found = at_path(said, path) if path else said
    rows = found if isinstance(found, list) else [found]
    if not any(isinstance(row, dict) for row in rows):
        raise Unreadable(Reason("reason.no_object_at", path=path) if path else "payloads.no_object")
    for place, row in enumerate(rows):
        # The id of a delivery stands for all that came in it; each needs one of its own.
        key = about.get("@key")
        told = row if isinstance(row, dict) else {"@": row}
        yield {**told, **about, **({"@key": f"{key} #{place}"} if key and len(rows) > 1 else {})}


def _envelope(event: Mapping[str, Any], connection: Connection) -> Envelope:
    preset = preset_of(connection)
    paths = {**(preset.get("fields", {}) if preset else {} if connection.options["fields"] else USUAL)}
    paths |= connection.options["fields"] or {}
    said = {field: at_path(event, path) for field, path in paths.items()}
    test = said.pop("test", None)
    said["key"] = said.get("key") or event.get("@key")
    said["at"] = said.get("at") or event.get("@time")
    if not any(said.get(name) for name in paths if name not in {"key", "native_id", "at", "test"}):
        raise Unreadable("reason.nothing_mapped")
    if preset and said.get("external"):
        # Accounts of two providers may have one name.
        said["external"] = f"{connection.name}:{as_text(said['external'])}"
    kind = EnvelopeKind.TEST if test not in (None, False, 0, "0", "", "false") else kind_of(preset)
    return with_preset(preset, envelope_of(plain(preset, said), connection.zone, kind=kind), connection)


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Answer the handshake of CloudEvents: yes, we take events from there; and events that we don't read: not such."""
    if delivery.method == "POST":
        return refusal(delivery)
    origin = delivery.headers.get("webhook-request-origin")
    if delivery.method != "OPTIONS" or not origin:
        return None
    return Reply(headers={"WebHook-Allowed-Origin": " ".join(origin.split())[:200], "WebHook-Allowed-Rate": "*"})


CHANNEL = Channel(
    code="webhook",
    source="webshop",
    contact="web",
    parse=parse,
    verify=verify,
    challenge=challenge,
    options=(
        ChannelOption(name="scheme", default="standard", choices=("standard", "hmac", "token")),
        ChannelOption(name="secret", kind=OptionKind.SECRET, several=True),
        ChannelOption(name="public_key"),
        ChannelOption(name="header"),
        ChannelOption(name="parameter"),
        ChannelOption(name="tolerance", kind=OptionKind.INTEGER, default=300, least=0),
        ChannelOption(name="items", default=""),
        ChannelOption(name="fields", kind=OptionKind.TABLE),
        ChannelOption(name="preset", default=NONE, choices=(NONE, *presets())),
        ChannelOption(name="ask"),
        ChannelOption(name="ask_token", kind=OptionKind.SECRET),
        ChannelOption(name="ask_header", default="authorization"),
        ChannelOption(name="times", default="local", choices=("local", "iso", "seconds", "day")),
        ChannelOption(name="days", kind=OptionKind.INTEGER, default=7, least=0),
        ChannelOption(name="overlap", kind=OptionKind.INTEGER, default=600, least=0),
        ChannelOption(name="most_pages", kind=OptionKind.INTEGER, default=1_000, least=1),
    ),
    transports=("file", "http", "poll"),
    fetch=fetch,
    polled_with="ask",
    marks=("webhook-id", "ce-id", "ce-source"),
)
