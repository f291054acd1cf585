"""
Reading forms of a web site: who fills one in becomes an envelope.

A page has no secret, for everybody can read it; so a form is taken when it comes from one of our pages (its origin, its key, a
token that the page's server signed), not faster than a person types, and without the field that people don't see.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

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
    envelope_of,
    key_of_parts,
    said_by_box,
    same_secret,
)
from patron.plugins.channels.web_form.fields import REACHED, filled, lacks_contact, read_fields, understood
from patron.plugins.channels.web_form.page import origin_of, snippet
from patron.plugins.channels.web_form.replies import challenge, reply_to
from patron.plugins.channels.web_form.tokens import shown_at


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" for a form that a person sent from a page of ours, else why it is taken for none."""
    if not delivery.method:
        return ""
    try:
        said = read_fields(delivery)
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
        Unreadable: it is no form, nothing is filled in, nothing that is known, or no way to answer where the page asks for one.
    """
    said = read_fields(delivery)
    there = filled(said, connection)
    about, others = understood(there, connection)
    if lacks_contact(said, about):
        raise Unreadable("reason.unreachable", foreign=True)
    if not any(about.get(name) for name in REACHED):
        if not there.keys() - {"form_id"}:
            raise Unreadable("reason.empty", foreign=True)
        raise Unreadable(Reason("reason.no_field", names=", ".join(others or about)))
    consents = _consents(said, connection)
    if said.get("consent") and not consents:
        others["consent"] = said["consent"]
    key = said.get("submission_id") or _digest(about, said, delivery, connection.again)
    envelope = envelope_of({**about, "key": key}, connection.zone, consents=consents)
    remarks = tuple(f"{name}: {text}" for name, text in others.items())
    return [attrs.evolve(envelope, remarks=(*envelope.remarks, *remarks))]


def _consents(said: Mapping[str, str], connection: Connection) -> tuple[ConsentSaid, ...]:
    """Return what the box of the form says, with the form and the page as evidence; nothing where it isn't there."""
    box = said.get("consent", "")
    evidence = " ".join(filter(None, (said.get("form_id"), said.get("page_url"), f"consent={box}")))
    purposes = connection.options.get("consent_for") or ()
    return tuple(one for purpose in purposes for one in said_by_box(box, purpose, evidence=evidence))


def _digest(about: Mapping[str, str], said: Mapping[str, str], delivery: Delivery, seconds: int) -> str:
    """Return what stands for the id that the page did not make: equal for a form that is sent twice at once."""
    told = [said.get("form_id", ""), *(about.get(name, "") for name in REACHED)]
    told += [str(int(delivery.received_at.timestamp()) // seconds)] if seconds else []
    return "digest:" + key_of_parts(*told)


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Thank who filled in a form, in his language, or say that it could not be taken."""
    try:
        said = read_fields(delivery)
    except Unreadable:
        said = {}
    there = filled(said, connection)
    about, _ = understood(there, connection)
    lacking = "unreachable" if lacks_contact(said, about) else ""
    return reply_to(delivery, connection, outcomes, said, lacking=lacking if there.keys() - {"form_id"} else "empty")


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
        ChannelOption(name="fields", kind=OptionKind.TABLE),
        ChannelOption(name="fastest", kind=OptionKind.INTEGER, default=3, least=0),
        ChannelOption(name="oldest", kind=OptionKind.INTEGER, default=86_400, least=0),
        ChannelOption(name="thanks"),
    ),
    transports=("http",),
    most_bytes=64 * 1024,
    per_address=10,
    per_minute=300,
)
