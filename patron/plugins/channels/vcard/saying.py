"""
What the lines of a business card say of a person.

What has no field is told where a person would want to read it: the firm, the pages, the relatives, whatever has a label of the
owner's. Nothing that a card points at is fetched.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from patron import Reason, as_text, full_name, key_of_parts
from patron.core.records.reason import shown
from patron.plugins.channels.vcard.lines import Line

_NO_PHONES = frozenset({"fax", "pager", "modem", "bbs"})
_NUMBER = re.compile(r"(?:tel:)?([^,;]+)", re.IGNORECASE)
_EXTENSION = re.compile(r"[,;]+(?:ext=)?(\d{1,6})#?(?=[,;]|\Z)", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}(?=\D|\d{4}|\Z)")
_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ACCOUNTS = {"qq": "qq", "wechat": "wechat", "weixin": "wechat", "微信": "wechat"}
_MESSENGERS = frozenset({"IMPP", "X-SOCIALPROFILE", "X-QQ", "X-WECHAT", "X-WEIXIN", "X-SKYPE", "X-SKYPE-USERNAME", "X-MSN"})
_GENDERS = {"m": "male", "f": "female", "o": "other", "n": "", "u": ""}
_GENDERS_OF_OUTLOOK = {"1": "female", "2": "male"}
_TOLD = ("ORG", "URL", "CATEGORIES", "BDAY", "ROLE", "RELATED")
_LABELS = frozenset(
    {
        *("org", "url", "categories", "bday", "role", "related"),
        *("spouse", "parent", "father", "mother", "child", "son", "daughter", "sibling", "brother", "sister"),
        *(
            "friend",
            "partner",
            "manager",
            "assistant",
            "colleague",
            "contact",
            "emergency",
            "kin",
            "neighbor",
            "anniversary",
            "homepage",
        ),
    }
)
"""What a line is told by in our words, `remark.NAME`: its property, or what programs call a relative or a day."""
_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND", "X-KIND")
_TAKEN = frozenset({*_KINDS, "TEL", "EMAIL", "ADR", "LABEL", "FN", "N", "UID", "REV", "TITLE", "NOTE", "X-ABLABEL", "X-ABADR"})


def said_by(lines: Sequence[Line]) -> Mapping[str, Any]:
    """
    Return what a card says, as `envelope_of()` takes it; beside it `remarks`, `revision` as it is written, and `rev`, by which
    versions of a card are ordered.

    Args:
        lines: of the card.
    """
    named: dict[str, list[Line]] = {}
    for line in sorted(lines, key=_rank):
        named.setdefault(line.name, []).append(line)
    number, revision = _first(named, "UID"), _first(named, "REV")
    accounts, remarks = _accounts(named)
    title, role = _first(named, "TITLE"), _first(named, "ROLE")
    said: dict[str, Any] = {
        "name": _name(named),
        "tel": [phone for line in named.get("TEL", ()) if not line.marks & _NO_PHONES and (phone := _phone(line.text))],
        "email": [re.sub(r"(?i)^mailto:", "", line.text) for line in named.get("EMAIL", ()) if line.text],
        **accounts,
        "position": title or role,
        "gender": _gender(named),
        "customer.birth_year": _birth_year(named),
        "note": "\n".join(line.text for line in named.get("NOTE", ()) if line.text),
        "address": _address(named),
        "remarks": (*_told(named, without="" if title else role), *remarks, *_labelled(lines)),
    }
    # Two reasons of one key are equal texts, whatever they name.
    told = {**said, "remarks": tuple(map(shown, said["remarks"]))}
    digest = key_of_parts(repr(sorted(told.items())))
    key = f"{number} {revision}".strip() if number else f"digest:{digest}"
    return {**said, "native_id": number, "key": key, "revision": revision, "rev": re.sub(r"\D", "", revision)[:14].ljust(14, "0")}


def is_group(lines: Sequence[Line]) -> bool:
    """Return whether a card stands for several others, as a list of addressees does, and for nobody itself."""
    return any(line.name in _KINDS and line.text.lower() == "group" for line in lines)


def _rank(line: Line) -> int:
    """Return the place of a line among those of its name: what is preferred stands first."""
    preferred = line.params.get("PREF", "")
    if preferred.isascii() and preferred.isdigit():
        return int(preferred[:3])
    return 0 if "pref" in line.marks else 101


def _first(named: Mapping[str, Sequence[Line]], name: str) -> str:
    return next((line.text for line in named.get(name, ()) if line.text), "")


def _name(named: Mapping[str, Sequence[Line]]) -> str:
    if written := _first(named, "FN"):
        return written
    for line in named.get("N", ()):
        family, given, middle, _, suffix = (*line.parts, "", "", "", "", "")[:5]
        if name := full_name(given, family, middle=middle, suffix=suffix):
            return name
    return _first(named, "NICKNAME")


def _phone(written: str) -> str:
    """Return a number, with its extension behind `;ext=`, as phones write pauses and addresses parameters."""
    number = _NUMBER.match(written)
    if number is None:
        return ""
    extension = _EXTENSION.search(written, number.end())
    return number[1].strip() + (f";ext={extension[1]}" if extension else "")


def _accounts(named: Mapping[str, Sequence[Line]]) -> tuple[dict[str, list[str]], list[str]]:
    """Return accounts by their scheme, and those of which we know none in words."""
    found: dict[str, list[str]] = {}
    others = []
    for line in (one for name in sorted(_MESSENGERS & set(named)) for one in named[name]):
        scheme, colon, rest = line.text.partition(":")
        account = line.params.get("X-USER") or unquote(rest if colon and not rest.startswith("//") else line.text).strip()
        services = [
            line.params.get("X-SERVICE-TYPE", ""),
            line.name.removeprefix("X-"),
            scheme if colon else "",
            *sorted(line.marks),
        ]
        known = next((_ACCOUNTS[one.lower()] for one in services if one.lower() in _ACCOUNTS), None)
        if account and known:
            found.setdefault(known, []).append(account)
        elif account:
            service = services[0] or (next(iter(services[3:]), "") if line.name == "X-SOCIALPROFILE" else "") or line.name
            others.append(f"{service}: {line.text}")
    return found, others


def _gender(named: Mapping[str, Sequence[Line]]) -> str:
    for line in named.get("GENDER", ()):
        sign = line.parts[0]
        return _GENDERS.get(sign.lower(), sign)
    sign = _first(named, "X-WAB-GENDER")
    return _GENDERS_OF_OUTLOOK.get(sign, "") if sign else _first(named, "X-GENDER")


def _birth_year(named: Mapping[str, Sequence[Line]]) -> str:
    """Return the year of a birthday; telephones that know none write one which they say to leave out."""
    for line in named.get("BDAY", ()):
        year = _YEAR.match(line.text)
        if year and year[0] != line.params.get("X-APPLE-OMIT-YEAR"):
            return year[0]
    return ""


def _address(named: Mapping[str, Sequence[Line]]) -> str:
    """Return the first address in the order of its language: Chinese ones begin with the country and have no blanks."""
    for line in named.get("ADR", ()):
        box, extended, street, city, region, code, country = (*line.parts, *[""] * 7)[:7]
        if _HAN.search(region + city + street):
            large = [country, region, city if city != region else "", street, extended, box]
            written = " ".join(filter(None, ("".join("".join(large).split("\n")), code)))
        else:
            written = ", ".join(filter(None, (box, extended, *street.split("\n"), city, region, code, country)))
        if written:
            return written
    return _first(named, "LABEL")


def _told(named: Mapping[str, Sequence[Line]], *, without: str) -> Iterator[str]:
    """Yield what has no field, the name of the property in front."""
    for name in _TOLD:
        for line in named.get(name, ()):
            parts = line.parts if name in {"ORG", "CATEGORIES"} else [line.text]
            text = as_text([re.sub(r",(?=\S)", ", ", one) if name == "CATEGORIES" else one for one in parts])
            if name == "BDAY":
                text = text.removeprefix(f"{line.params.get('X-APPLE-OMIT-YEAR', '')}-") if text else ""
            if not text or (name == "ROLE" and text == without) or (name == "RELATED" and text.startswith("urn:")):
                continue
            kind = "/".join(sorted(line.marks - {"pref"})) if name == "RELATED" else ""
            yield _remark(kind or name, text)


def _labelled(lines: Sequence[Line]) -> Iterator[str]:
    """Yield what the owner of a telephone gave a label of their own, or one of the telephone's."""
    labels = {line.group: _LABEL.sub(r"\1", line.text) for line in lines if line.name == "X-ABLABEL" and line.group}
    for line in lines:
        if labels.get(line.group) and line.name not in _TAKEN | _MESSENGERS | set(_TOLD) and line.text:
            yield _remark(labels[line.group], line.text)


def _remark(label: str, said: str) -> str:
    """Return what stands below a label, in words where the label is one that everybody uses, and else as its owner wrote it."""
    code = label.strip().lower()
    return Reason(f"remark.{code}", said=said) if code in _LABELS else f"{label}: {said}"
