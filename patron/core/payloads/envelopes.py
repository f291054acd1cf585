"""
From names and values, as forms, sheets and mapped bodies have them, to an envelope.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from patron.core.i18n import CORE, LANGUAGES
from patron.core.payloads.texts import as_text
from patron.core.payloads.times import read_time
from patron.core.records.intake import ConsentSaid, Contact, Envelope, EnvelopeKind

CONTACTS = ("tel", "email", "qq", "wechat", "external")
"""The schemes by which people are reached and recognised."""
_HOMES = {
    **dict.fromkeys(("name", "gender", "address", "position", "occupation", "region", "age_band", "income_band"), "customer"),
    **dict.fromkeys(("source", "campaign_id", "interests", "subject", "level", "expected_on", "focus_point"), "lead"),
    **dict.fromkeys(("medium", "click_id", "referrer_id", "first_visit"), "lead"),
    **dict.fromkeys(("note", "duration_seconds", "next_action", "next_action_at"), "interaction"),
}
_NOTHING: Mapping[str, str] = MappingProxyType({})


def own_headings(names: Iterable[str]) -> Mapping[str, str]:
    """
    Return what we ourselves call what an envelope tells, in every language → its name; lower case.

    Args:
        names: fields of an interaction that are looked for beside the usual ones.
    """
    found = {name: name for name in (*CONTACTS, *_HOMES)}
    for lang in LANGUAGES:
        for scheme in CONTACTS:
            found.setdefault((CORE.find(lang, f"codes.identity_scheme.{scheme}") or scheme).lower(), scheme)
        for name, noun in {**_HOMES, **{name: _HOMES.get(name, "interaction") for name in names}}.items():
            label = CORE.find(lang, f"fields.{noun}.{name}") or CORE.find(lang, f"fields.{name}") or name
            found.setdefault(label.lower(), name)
    return found


def envelope_of(
    said: Mapping[str, Any],
    zone: str = "UTC",
    *,
    kind: EnvelopeKind = EnvelopeKind.LEAD,
    consents: tuple[ConsentSaid, ...] = (),
    headings: Mapping[str, str] = _NOTHING,
) -> Envelope:
    """
    Return the envelope of names and values.

    What else an envelope can say is set on it: `attrs.evolve(envelope_of(said, zone), awaits=True)`.

    Args:
        said: `key`, `native_id`, `at`; a scheme (`tel`, `email`, …) with one value or a list; the usual fields of customer, lead
            and interaction by their names, any other as `lead.NAME`. What is none of these becomes a remark. Empty values say
            nothing; an `at` that nobody can read is told.
        zone: of a time that names none.
        kind: what the envelope tells; `EnvelopeKind.TEST` of a lead that is only a trial.
        consents: what the person said about being contacted; no name of a value ever says it.
        headings: name → what the sender calls it, for remarks; see `headings_of()`.
    """
    about: dict[str, dict[str, Any]] = {"customer": {}, "lead": {}, "interaction": {}}
    remarks = []
    at = read_time(said.get("at"), zone)
    for name, value in said.items():
        if name in {"key", "native_id", *CONTACTS} or (name == "at" and at) or value in (None, "", [], {}, ()):
            continue
        noun, _, field = name.rpartition(".")
        noun = noun or ("interaction" if field == "at" else _HOMES.get(field, ""))
        if noun not in about:
            remarks.append(f"{headings.get(name, name)}: {as_text(value)}")
            continue
        about[noun][field] = tuple(map(as_text, value)) if isinstance(value, list | tuple) else as_text(value)
    return Envelope(
        key=as_text(said.get("key")),
        native_id=as_text(said.get("native_id")),
        kind=kind,
        at=at,
        contacts=tuple(contact for scheme in CONTACTS for contact in _contacts(scheme, said.get(scheme))),
        customer=about["customer"],
        lead=about["lead"],
        interaction=about["interaction"],
        remarks=tuple(remarks),
        consents=consents,
    )


def _contacts(scheme: str, value: Any) -> list[Contact]:
    texts = map(as_text, value) if isinstance(value, list | tuple) else [as_text(value)]
    return [Contact(scheme=scheme, written=text) for text in texts if text]
