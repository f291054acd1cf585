"""
Details of a customer as WeCom's interface gives them: one person, and what each employee who added them noted.

The corporation's id of a person joins nobody beyond the corporation; the `unionid` is the person's in every corporation of one
owner. A phone number is what an employee typed, and proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from patron import Connection, Contact, Envelope, EnvelopeKind, Reason, Unreadable, as_text, envelope_of
from patron.plugins.channels.wecom.additions import Addition, addition_of
from patron.plugins.channels.wecom.events import owner_of

_GENDERS = {"1": "male", "2": "female"}
_OF_WECHAT = "1"
_WAYS = frozenset(map(str, (*range(1, 7), *range(8, 19), 21, 22, 24, 201, 202)))
"""Ways to be added for which there are words."""


def envelopes_of_details(said: Mapping[str, Any], connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every addition that details were asked for, those by which leads began first; where nobody asked, for
    every employee who added the person.

    Raises:
        Unreadable: they are no details.
    """
    person = said.get("external_contact")
    if not isinstance(person, dict) or not as_text(person.get("external_userid")):
        raise Unreadable("reason.no_details")
    listed = said.get("follow_user")
    notes = {as_text(one.get("userid")): one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict)}
    # Whoever noted a number, it is one of the person, and by all of them together it is decided who that is.
    reached = tuple(_reached(person, notes.values()))
    found = [
        _details(addition, person, notes.get(addition.employee, {}), reached, connection)
        for addition in _asked(said, notes, connection)
    ]
    if not found:
        raise Unreadable("reason.no_employee")
    return sorted(found, key=lambda one: one.kind is EnvelopeKind.UPDATE)


def _asked(said: Mapping[str, Any], notes: Mapping[str, Mapping[str, Any]], connection: Connection) -> Iterator[Addition]:
    """Yield the additions of one person."""
    corporation = as_text(said.get("corp_id")) or str(connection.options["corp_id"])
    number = as_text(said["external_contact"]["external_userid"])
    if "numbers" not in said:
        for employee, note in notes.items():
            at = as_text(note.get("createtime"))
            if found := addition_of(f"{corporation} {number} {employee} {at}"):
                yield found
        return
    numbers = said["numbers"]
    for one in dict.fromkeys(map(as_text, numbers if isinstance(numbers, list) else [])):
        found = addition_of(one)
        if found is not None and (found.corporation, found.person) == (corporation, number):
            yield found


def _details(
    addition: Addition,
    person: Mapping[str, Any],
    note: Mapping[str, Any],
    reached: Sequence[Contact],
    connection: Connection,
) -> Envelope:
    said: dict[str, Any] = {
        "key": f"details {addition.number}",
        "native_id": addition.number,
        "at": addition.at or None,
        "name": person.get("name"),
        "gender": _GENDERS.get(as_text(person.get("gender"))),
        "position": person.get("position"),
    }
    kind = EnvelopeKind.UPDATE if addition.edited else EnvelopeKind.LEAD
    if kind is EnvelopeKind.LEAD:
        said |= {"campaign_id": note.get("state"), "lead.owner_user_id": owner_of(addition.employee, connection)}
    contacts = (Contact(scheme="external", written=addition.account), *reached)
    remarks = tuple(_remarks(addition, person, note))
    return attrs.evolve(envelope_of(said, connection.zone, kind=kind), contacts=contacts, remarks=remarks)


def _reached(person: Mapping[str, Any], notes: Iterable[Mapping[str, Any]]) -> Iterator[Contact]:
    if union := as_text(person.get("unionid")):
        yield Contact(scheme="external", written=f"wechat:{union}")
    listed = [one for note in notes if isinstance(one := note.get("remark_mobiles"), list)]
    for written in dict.fromkeys(as_text(phone) for phones in listed for phone in phones):
        if written:
            yield Contact(scheme="tel", written=written)


def _remarks(addition: Addition, person: Mapping[str, Any], note: Mapping[str, Any]) -> Iterator[Reason]:
    """Yield what has no field, for whoever pursues the lead."""
    employee = addition.employee
    if (way := as_text(note.get("add_way"))) and way != "0" and not addition.edited:
        yield Reason(f"reason.way_{way}" if way in _WAYS else "reason.way", way=way)
    named = {
        "reason.noted_name": as_text(note.get("remark")),
        "reason.noted": as_text(note.get("description")),
        "reason.noted_company": as_text(note.get("remark_corp_name")),
        "reason.tags": ", ".join(_tags(note)),
    }
    yield from (Reason(key, employee=employee, said=text) for key, text in named.items() if text)
    company = as_text(person.get("corp_full_name")) or as_text(person.get("corp_name"))
    if company and as_text(person.get("type")) != _OF_WECHAT:
        yield Reason("reason.of_company", said=company)


def _tags(note: Mapping[str, Any]) -> Iterator[str]:
    tags = note.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, dict) and (name := as_text(tag.get("tag_name"))):
            yield "/".join(filter(None, (as_text(tag.get("group_name")), name)))
