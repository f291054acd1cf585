"""
Reading forms of a web site: who fills one in becomes an envelope.

A page has no secret, for everybody can read it; so a form is taken when it comes from one of our pages (its origin, its key, a
token that the page's server signed), not faster than a person types, and without the field that people don't see.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from patron import (
    Channel,
    ChannelOption,
    Connection,
    ConsentSaid,
    Delivery,
    Envelope,
    OptionKind,
    Outcome,
    Reason,
    Reply,
    Unreadable,
    as_text,
    envelope_of,
    key_of_parts,
    read_form,
    read_json,
    said_by_box,
    same_secret,
)
from patron.plugins.channels.web_form.page import origin_of, snippet
from patron.plugins.channels.web_form.replies import challenge, reply_to
from patron.plugins.channels.web_form.tokens import shown_at

_OURS = {
    "name": "name",
    "phone": "tel",
    "email": "email",
    "qq": "qq",
    "wechat": "wechat",
    "message": "note",
    "interest": "interests",
    "utm_campaign": "campaign_id",
    "contact_time": "contact_time",
    "page_url": "page_url",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "consent": "consent",
    "form_id": "form_id",
}
"""Field of the form → what it is here; the last ones become remarks, `consent` where it is neither yes nor no."""
_SAID = ("name", "phone", "email", "qq", "wechat", "message")


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" for a form that a person sent from a page of ours, else why it is taken for none."""
    if not delivery.method:
        return ""
    try:
        said = _fields(delivery)
    except Unreadable as error:
        return error.reason
    return _from_elsewhere(delivery, said, connection.options) or _by_a_robot(delivery, said, connection.options)


def _from_elsewhere(delivery: Delivery, said: Mapping[str, str], options: Mapping[str, Any]) -> str:
    """Return why a form comes from no page of ours, "" where nothing speaks against it."""
    origin = delivery.headers.get("origin", "")
    if options["origins"] and origin not in {*options["origins"], origin_of(delivery.url)}:
        return Reason("reason.elsewhere", origin=origin[:100]) if origin else "reason.no_page"
    if options["key"] and not same_secret(options["key"], said.get("key")):
        return "reason.wrong_key"
    if options["secret"] or options["key"] or options["origins"]:
        return ""
    return "reason.open"


def _by_a_robot(delivery: Delivery, said: Mapping[str, str], options: Mapping[str, Any]) -> str:
    """Return why no person filled in a form, "" where one may have."""
    if said.get(options["honeypot"]):
        return "reason.hidden_field"
    if not options["secret"]:
        return ""
    shown = shown_at(options["secret"], said.get("form_id", ""), said.get("token", ""))
    if shown is None:
        return "reason.no_token"
    taken = delivery.received_at.timestamp() - shown
    if taken < options["fastest"]:
        return Reason("reason.too_fast", seconds=max(0, round(taken)))
    return "" if taken <= options["oldest"] else Reason("reason.old_page", seconds=round(taken))


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a form.

    Raises:
        Unreadable: it is no form, or nothing is filled in.
    """
    said = _fields(delivery)
    if not any(said.get(name) for name in _SAID):
        raise Unreadable("reason.empty", foreign=True)
    about = {ours: said[name] for name, ours in _OURS.items() if said.get(name)}
    consents = _consents(said, connection)
    if consents:
        about.pop("consent")
    key = said.get("submission_id") or _digest(said, delivery, int(connection.options["again"]))
    return [envelope_of({**about, "key": key}, connection.zone, consents=consents)]


def _consents(said: Mapping[str, str], connection: Connection) -> tuple[ConsentSaid, ...]:
    """Return what the box of the form says, with the form and the page as evidence; nothing where it isn't there."""
    box = said.get("consent", "")
    evidence = " ".join(filter(None, (said.get("form_id"), said.get("page_url"), f"consent={box}")))
    purposes = connection.options.get("consent_for") or ()
    return tuple(one for purpose in purposes for one in said_by_box(box, purpose, evidence=evidence))


def _fields(delivery: Delivery) -> Mapping[str, str]:
    """Return the fields of a form; of one that is repeated the first that says something."""
    if delivery.content_type.partition(";")[0].strip().lower().endswith("json"):
        said = read_json(delivery.body)
        if not isinstance(said, dict):
            raise Unreadable("payloads.no_object")
        return {name: as_text(value) for name, value in said.items()}
    found: dict[str, str] = {}
    for name, value in read_form(delivery.body, delivery.content_type):
        found[name] = found.get(name) or value.strip()
    return found


def _digest(said: Mapping[str, str], delivery: Delivery, seconds: int) -> str:
    """Return what stands for the id that the page did not make: equal for a form that is sent twice at once."""
    told = [said.get(name, "") for name in ("form_id", *_SAID)] + [str(int(delivery.received_at.timestamp()) // seconds)]
    return "digest:" + key_of_parts(*told)


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Thank who filled in a form, in his language, or say that it could not be taken."""
    try:
        said = _fields(delivery)
    except Unreadable:
        said = {}
    return reply_to(delivery, connection, outcomes, said, filled=any(said.get(name) for name in _SAID))


CHANNEL = Channel(
    code="web_form",
    source="website",
    contact="web",
    parse=parse,
    verify=verify,
    challenge=challenge,
    respond=respond,
    snippet=snippet,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET),
        ChannelOption(name="key"),
        ChannelOption(name="origins", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="honeypot", default="website"),
        ChannelOption(name="consent_for", kind=OptionKind.TEXTS, default=("marketing",)),
        ChannelOption(name="fastest", kind=OptionKind.INTEGER, default=3, least=0),
        ChannelOption(name="oldest", kind=OptionKind.INTEGER, default=86_400, least=0),
        ChannelOption(name="again", kind=OptionKind.INTEGER, default=600, least=1),
        ChannelOption(name="thanks"),
    ),
    transports=("http",),
    most_bytes=64 * 1024,
    per_address=10,
    per_minute=300,
)
