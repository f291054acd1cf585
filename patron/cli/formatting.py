"""
Help pages and complaints that are well set in both languages.

click breaks lines between words and counts characters. Chinese has no spaces and its characters are two columns wide, so help in
Chinese would run over the edge; here lines are broken where the script allows it and widths are counted in columns. click also
puts English signs behind its words, whatever their language; `own_signs` sets those of Chinese.
"""

import re
from collections.abc import Iterable, Iterator

import click

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。；：、）！？”》】"
_PIECE = rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*"
"""What is never broken: a run of spaces, a wide character, a word; punctuation that closes stays with what it closes."""
_ASCII = r"\s+|\S+"
"""The same for English, where the long pattern would only cost time."""


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width  # English doesn't need it

    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def own_signs(text: str) -> str:
    """Return text of click with the signs of its language: in Chinese a full stop is 。, and no space follows a closing sign."""
    if text.isascii():
        return text
    text = re.sub(rf"^(.*[{_WIDE}].*[^.])\.$", r"\1。", text, flags=re.MULTILINE)
    text = re.sub(r"\[[^\[\]]*\]$", lambda found: found[0].replace("; ", "；"), text)
    return re.sub(rf"(?<=[{_CLOSING}]) +", "", text)


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most *width* columns; a word longer than that stays whole."""
    text = own_signs(text)
    lines, line = [], ""
    for piece in re.findall(_ASCII if text.isascii() else _PIECE, text):
        if line and columns(line) + columns(piece) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if piece.strip() else " " if line else ""
    return [*lines, line.rstrip()] if line else lines


class Formatter(click.HelpFormatter):
    """Writes help pages by the columns that text takes."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that begins with `Usage:`."""
        line = len(self.buffer)
        super().write_usage(prog, args, prefix)
        self.buffer[line:] = [own_signs("".join(self.buffer[line:]))]

    def write_heading(self, heading: str) -> None:
        """Write the name of a section."""
        self.write(f"{'':>{self.current_indent}}{heading}{':' if heading.isascii() else '：'}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a line of a lone backspace keeps its lines, as everywhere in click."""
        indent = " " * self.current_indent
        paragraphs = re.split(r"\n\s*\n", text)
        self.write("\n\n".join("\n".join(indent + line for line in self._lines(part)) for part in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what they mean in two columns."""
        pairs = tuple(rows)
        first = min(max((columns(name) for name, _ in pairs), default=0), col_max) + col_spacing
        for name, meaning in pairs:
            self.write("\n".join(self._pair(name, meaning, first)) + "\n")

    def _lines(self, paragraph: str) -> list[str]:
        if paragraph.lstrip().startswith("\b"):
            return [line for line in paragraph.splitlines() if line.strip() != "\b"]
        return wrap(" ".join(paragraph.split("\n")), max(self.width - self.current_indent, 10))

    def _pair(self, name: str, meaning: str, first: int) -> Iterator[str]:
        indent = " " * self.current_indent
        lines = wrap(meaning, max(self.width - self.current_indent - first, 10)) if meaning else []
        gap = first - columns(name)
        if gap < 2:  # the name is too long for its column and stands alone
            yield indent + name
        elif lines:
            yield f"{indent}{name}{' ' * gap}{lines.pop(0)}"
        else:
            yield indent + name
        yield from (f"{indent}{' ' * first}{line}" for line in lines)


class Context(click.Context):
    """A context whose help pages are written by `Formatter`."""

    formatter_class = Formatter
