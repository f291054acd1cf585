"""
Bodies of text: JSON and forms as they really come, in old encodings, with numbers of any length, and half a sign at the end.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from patron.core.names import shorten
from patron.core.records.intake import Unreadable
from patron.core.records.reason import Reason

_MOST_FIELDS = 1_000
_LONGEST_NUMBER = 18
_LONGEST_TYPE = 300
"""Characters of what a request says that its body is, boundary included, which may have seventy."""
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_json(body: bytes) -> Any:
    """
    Return what a body of JSON says. Numbers that a computer would round, fractions above all, stay as they are written, as text.

    Raises:
        Unreadable: it is no JSON, or one that is nested without end.
    """
    try:
        said = json.loads(read_text(body), parse_float=str, parse_int=_integer, parse_constant=_refuse)
        if b"\\ud" in body.lower():
            # Half of a pair of surrogates can be escaped in JSON, and in nothing that we keep.
            return json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
        return said
    except json.JSONDecodeError as error:
        raise Unreadable(Reason("payloads.no_json", line=error.lineno, place=error.colno)) from error
    except ValueError as error:
        raise Unreadable(Reason("payloads.no_number", got=shorten(error))) from error
    except RecursionError as error:
        raise Unreadable("payloads.deep_json", foreign=True) from error


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def read_text(body: bytes) -> str:
    """Return the text of bytes: UTF-8 or UTF-16 with or without a mark, else GB 18030."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", "replace")


def read_form(body: bytes, content_type: str = "") -> Sequence[tuple[str, str]]:
    """
    Return the fields of a form in their order, repeated and empty ones too.

    Args:
        body: `application/x-www-form-urlencoded`, or `multipart/form-data` where the type says so; files in it are left out.
        content_type: as the request had it.

    Raises:
        Unreadable: it is no form, or one of a thousand fields.
    """
    if content_type.strip().lower().startswith("multipart/form-data"):
        return _parts(body, content_type)
    try:
        # Latin-1 stands for the bytes as they are, for what encoding they have is still to be found.
        fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="latin-1")
    except ValueError as error:
        raise Unreadable(Reason("payloads.long_form", most=_MOST_FIELDS)) from error
    return [(read_text(name.encode("latin-1")), read_text(value.encode("latin-1"))) for name, value in fields]


def _parts(body: bytes, content_type: str) -> Sequence[tuple[str, str]]:
    from multipart import MultipartError, PushMultipartParser, parse_options_header  # few deliveries come so

    if len(content_type) > _LONGEST_TYPE:
        raise Unreadable("payloads.no_form")
    # Latin-1 stands for the bytes as they are, as above. No body of a delivery is too large for memory: it is there.
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    fields: list[tuple[str, str]] = []
    try:
        parser = PushMultipartParser(boundary, header_charset="latin-1", max_segment_count=_MOST_FIELDS)
        events = [*parser.parse(body), *parser.parse(b"")]
    except (MultipartError, ValueError) as error:
        raise Unreadable("payloads.no_form") from error
    segment, value = None, b""
    for event in events:
        if isinstance(event, bytes | bytearray):
            value += event
        elif event is not None:
            segment, value = event, b""
        elif segment is not None and segment.name and segment.filename is None:
            fields.append((read_text(segment.name.encode("latin-1")), read_text(bytes(value))))
    return fields


def at_path(said: Any, path: str) -> Any:
    """
    Return what stands at a path, None where nothing does.

    Args:
        said: objects and lists, as JSON has them.
        path: names and places with dots between them: `contact.phones.0`; several with `|` between them are tried in turn.
    """
    for one in path.split("|"):
        found = said
        for step in one.strip().split("."):
            found = _inside(found, step)
        if found not in (None, "", [], {}):
            return found
    return None


def _inside(said: Any, step: str) -> Any:
    if isinstance(said, Mapping):
        return said.get(step)
    if isinstance(said, list) and step.isascii() and step.isdigit() and len(step) < 6 and int(step) < len(said):
        return said[int(step)]
    return None


def as_text(value: Any) -> str:
    """Return a value of JSON as people write it: a list with commas, an object as JSON, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(filter(None, map(as_text, value)))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value).strip()


def full_name(first: str = "", last: str = "", *, middle: str = "", suffix: str = "") -> str:
    """Return a person's name in the order of the language that it is written in: 王小明, Wei Zhang."""
    if last and not last.isascii() and not first.isascii():
        return last + first
    return " ".join(filter(None, (first, middle, last, suffix)))
