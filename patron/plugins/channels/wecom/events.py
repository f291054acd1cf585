"""
What happens between employees and their customers in WeCom, as its callbacks tell it: ids, and no name.

Who is added is a lead. What else is told of somebody is no sign of interest: that an employee changed what they noted, that one
of both removed the other, that nobody took over.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import attrs

from patron import Connection, ConsentSaid, Contact, Envelope, EnvelopeKind, Reason, Unreadable, envelope_of, read_time
from patron.plugins.channels.wecom.additions import Addition

_ADDED = frozenset({"add_external_contact", "add_half_external_contact"})
_EDITED, _REMOVED, _LEFT, _KEPT = "edit_external_contact", "del_external_contact", "del_follow_user", "transfer_fail"
_TOLD = frozenset({*_ADDED, _EDITED, _REMOVED, _LEFT, _KEPT})
_UNIQUE = ("ToUserName", "Event", "ChangeType", "UserID", "ExternalUserID", "CreateTime")
_THIRD_PARTY = {"ToUserName": "AuthCorpId", "Event": "InfoType", "CreateTime": "TimeStamp"}
_WHY_KEPT = {"customer_refused": "reason.transfer_refused", "customer_limit_exceed": "reason.transfer_limit"}


def envelopes_of(event: Element, connection: Connection) -> Sequence[Envelope]:
    """
    Return what an event tells of a customer; nothing for other events.

    Raises:
        Unreadable: it names nobody.
    """
    change = text_of(event, "ChangeType")
    if _said(event, "Event") != "change_external_contact" or change not in _TOLD:
        return []
    person = text_of(event, "ExternalUserID")
    if not person:
        raise Unreadable("reason.no_person")
    named = {name: _said(event, name) for name in _UNIQUE}
    return _told(event, change, person, named, connection)


def _told(event: Element, change: str, person: str, named: Mapping[str, str], connection: Connection) -> Sequence[Envelope]:
    corporation = text_of(event, "AuthCorpId") or str(connection.options["corp_id"])
    sent, employee = named["CreateTime"], text_of(event, "UserID")
    at = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else 0
    about = Addition(corporation=corporation, person=person, employee=employee or "-", at=at, edited=change == _EDITED)
    # The token of an app of a third party is another one for each corporation, and is not ours to get.
    asks = bool(connection.options.get("corp_secret")) and not text_of(event, "AuthCorpId")
    key = " ".join(one or "-" for one in named.values())
    bare = Envelope(
        key=key,
        kind=EnvelopeKind.UPDATE,
        at=read_time(sent, connection.zone),
        contacts=(Contact(scheme="external", written=about.account),),
    )
    if change in _ADDED:
        return [_added(bare, about, text_of(event, "State"), f"{change} {employee}", asks, connection)]
    if change == _EDITED:
        return [attrs.evolve(bare, native_id=about.number, awaits=True)] if asks else []
    if change == _LEFT:
        refusal = ConsentSaid(decision="withdrawn", channel="im", evidence=f"{change} {employee}", given_by="provider")
        left = Reason("reason.left", employee=employee)
        return [attrs.evolve(bare, kind=EnvelopeKind.MESSAGE, remarks=(left,), consents=(refusal,))]
    return [attrs.evolve(bare, interaction={"direction": "in"}, remarks=(_of_us(event, change, employee),))]


def _added(bare: Envelope, about: Addition, state: str, evidence: str, asks: bool, connection: Connection) -> Envelope:
    options = connection.options
    said = {"campaign_id": state, "lead.owner_user_id": owner_of(about.employee, connection)}
    return attrs.evolve(
        bare,
        kind=EnvelopeKind.LEAD,
        native_id=about.number,
        lead=envelope_of(said, connection.zone).lead,
        remarks=(Reason("reason.added", employee=about.employee),),
        awaits=asks,
        consents=tuple(
            ConsentSaid(decision="granted", channel="im", purpose=purpose, evidence=evidence, given_by="provider")
            for purpose in options.get("accepts") or ()
        ),
    )


def _of_us(event: Element, change: str, employee: str) -> Reason:
    """Return in words what an employee did, or what was not taken over."""
    if change == _REMOVED:
        moved = text_of(event, "Source") == "DELETE_BY_TRANSFER"
        return Reason("reason.moved" if moved else "reason.removed", employee=employee)
    why = text_of(event, "FailReason")
    return Reason(_WHY_KEPT.get(why, "reason.transfer_failed"), employee=employee, why=why)


def owner_of(employee: str, connection: Connection) -> str:
    """Return the login of an employee, as the connection says it; empty where it doesn't."""
    users: Mapping[str, str] = connection.options.get("users") or {}
    return users.get(employee, "")


def text_of(root: Element, name: str) -> str:
    """Return what an element of a name says; empty where there is none."""
    return (root.findtext(name) or "").strip()


def _said(event: Element, name: str) -> str:
    """Return what an event says by a name, or by the name that an app of a third party is told it under."""
    return text_of(event, name) or text_of(event, _THIRD_PARTY.get(name, name))
