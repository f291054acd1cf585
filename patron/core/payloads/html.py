"""
The text that a person sees of HTML or BBCode, as mails and forums have it; nothing of it is run, fetched or kept.
"""

import re
from html.parser import HTMLParser

_TAGS = r"b|i|u|s|url|img|quote|code|color|size|font|list|\*|email|align|table|tr|td"
_BBCODE = re.compile(rf"\[/?(?:{_TAGS})(?:=[^\]\n]{{0,200}})?\]", re.IGNORECASE)


def read_html(html: str) -> str:
    """Return what is seen of HTML, a line for each block, without blanks around it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = _BBCODE.sub("", "".join(reader.texts)).split("\n")
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


class _Reader(HTMLParser):
    """Gathers the text that a person sees."""

    _LINES = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})
    _HIDDEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self._HIDDEN:
            self._hidden += 1
        if tag in self._LINES:
            self.texts.append("\n")
        elif tag in {"td", "th"}:
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data.replace("\n", " "))
