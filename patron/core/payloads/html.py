"""
The text that a person sees of HTML or BBCode, as mails and forums have it; nothing of it is run, fetched or kept.

Strangers write it, so it is read in one pass, however it is broken: a parser that looks for the end of each mark anew takes
minutes for a mail of marks that have none.
"""

import re
from collections.abc import Iterator
from html import unescape

_TAGS = r"b|i|u|s|url|img|quote|code|color|size|font|list|\*|email|align|table|tr|td"
_BBCODE = re.compile(rf"\[/?(?:{_TAGS})(?:=[^\]\n]{{0,200}})?\]", re.IGNORECASE)
_QUOTED = r"(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*+"
_TAG = re.compile(rf"<(/?[a-zA-Z]{_QUOTED}|/?[a-zA-Z][^<>]*+|[!?][^<>]*+)>")
_NAME = re.compile(r"/?[^\s/]+")
_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
"""References to signs that there are none of; the number may have a million digits."""

_LINES = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})
_HIDDEN = frozenset({"script", "style", "head", "title"})


def read_html(html: str) -> str:
    """Return what is seen of HTML, a line for each block, without blanks around it."""
    lines = _BBCODE.sub("", "".join(_seen("".join(_uncommented(html))))).split("\n")
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


def _uncommented(html: str) -> Iterator[str]:
    """Yield what stands between comments; one that never ends is none."""
    place = 0
    while (begin := html.find("<!--", place)) >= 0 and (end := html.find("-->", begin + 2)) >= 0:
        yield html[place:begin]
        place = end + 3
    yield html[place:]


def _seen(html: str) -> Iterator[str]:
    """Yield the text between tags that is not hidden, and what stands for the tags."""
    hidden = 0
    for number, piece in enumerate(_TAG.split(html)):
        if number % 2:
            name = _name(piece)
            if name.removeprefix("/") in _HIDDEN:
                hidden = max(0, hidden - 1) if name.startswith("/") else hidden + 1
            elif name in _LINES:
                yield "\n"
            elif name in {"td", "th"}:
                yield " "
        elif not hidden:
            yield unescape(_NUMBER.sub("\N{REPLACEMENT CHARACTER}", piece)).replace("\n", " ")


def _name(tag: str) -> str:
    found = _NAME.match(tag.lower())
    return found[0] if found else ""
