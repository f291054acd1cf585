"""
XML as portals really write it: in any encoding, with a stray `&`, blanks before the declaration, capitals in it, and namespaces.

Entities and document types of its own are refused, and so are documents of unreasonable size or depth.
"""

import re
from collections.abc import Iterator
from html import escape
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from patron import Reason, Unreadable

DEEPEST = 32
"""Levels of elements; the format has eight."""

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.IGNORECASE)
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_LEAD = re.compile(r"<(?:\w+:)?prospect[\s>]", re.IGNORECASE)
_BEGIN, _END = "<![CDATA[", "]]>"
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FAMILIES = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "utf-8"}


def parse_xml(body: bytes) -> Element:
    """
    Return the root of a document, its tags in lower case and without namespaces.

    Raises:
        Unreadable: it is no XML, or one that no portal writes.
    """
    text = _FORBIDDEN.sub("", _decoded(body))
    text = "".join(_tamed(_DECLARATION.sub("", text, count=1))).strip()
    if not text.startswith("<"):
        raise Unreadable("reason.no_xml")
    known = _LEAD.search(text) is not None
    try:
        root: Element = fromstring(text, forbid_dtd=False)
    except ParseError as error:
        line, place = error.position
        raise Unreadable(Reason("reason.broken_xml", line=line, place=place + 1), known=known) from error
    except (DefusedXmlException, ValueError) as error:
        raise Unreadable("reason.own_entities", foreign=True, known=known) from error
    for element, depth in _walk(root):
        if depth > DEEPEST:
            raise Unreadable(Reason("reason.deep_xml", most=DEEPEST), foreign=True)
        element.tag = str(element.tag).rpartition("}")[2].lower()
        named = {name.rpartition("}")[2].lower(): value for name, value in element.attrib.items()}
        element.attrib.clear()
        element.attrib.update(named)
    return root


def _tamed(text: str) -> Iterator[str]:
    """Yield text piece by piece, HTML's entities and a lone & made signs; what is quoted whole is as it was."""
    place = 0
    while (begin := text.find(_BEGIN, place)) >= 0 and (end := text.find(_END, begin)) >= 0:
        yield _spelled(text[place:begin])
        place = end + len(_END)
        yield text[begin:place]
    yield _spelled(text[place:])


def _spelled(text: str) -> str:
    named = _NAMED.sub(lambda found: found[0] if found[1] in _XML else escape(html5.get(f"{found[1]};", found[0])), text)
    return _STRAY.sub("&amp;", named)


def _decoded(body: bytes) -> str:
    said = _ENCODING.match(body)
    named = said[1].decode("ascii").lower() if said else ""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if body.startswith(mark)), "")
    for encoding in filter(None, (marked, _FAMILIES.get(named, named), "utf-8", "gb18030", "cp1252")):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("latin-1")


def _walk(root: Element) -> Iterator[tuple[Element, int]]:
    """Yield every element with its level; without recursion, for a document may be deep."""
    waiting: list[tuple[Element, int]] = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        waiting.extend((child, depth + 1) for child in element)


def text_of(element: Any, path: str = ".") -> str:
    """Return the text of the first element at a path, without blanks around it; empty where there is none."""
    found = element.find(path) if element is not None else None
    return "" if found is None else " ".join("".join(found.itertext()).split())
