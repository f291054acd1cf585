"""
The lines of a business card: unfolded, taken apart and decoded, as old phones write them, too.

Pictures, sounds and keys are passed over before anything is made of them. Libraries for cards hold them to the letter of version
3.0, and refuse whole cards of phones that never heard of it.
"""

import quopri
import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from patron import Unreadable, read_text

_HEAD = re.compile(r'\s*(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)\s*(?P<params>(?:;(?:"[^"]*"|[^":;])*)*):')
_PARAM = re.compile(r';((?:"[^"]*"|[^";])*)')
_BINARY = re.compile(
    r"(?:[\w-]+\.)?(?:(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE)[;:]|[\w-]+(?:;[^:;]*)*;(?:ENCODING=)?(?:B|BASE64)[;:])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[^:]*QUOTED-PRINTABLE", re.IGNORECASE)
_END = re.compile(r"END:VCARD", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PART = re.compile(r"((?:\\.?|[^\\;])*)(?:;|\Z)", re.DOTALL)
_GBK = frozenset({"gbk", "gb2312", "cp936", "x-gbk"})


@attrs.frozen(kw_only=True)
class Line:
    """
    A line of a card.

    Attributes:
        name: of the property, in capitals.
        group: what ties lines of a card together, `item1`; empty where nothing does.
        marks: its types, in small letters: `cell`, `pref`.
        params: what else is said of it, by name in capitals.
        value: decoded, with the backslashes that it is written with.
    """

    name: str
    group: str = ""
    marks: frozenset[str] = frozenset()
    params: Mapping[str, str] = attrs.field(factory=dict)
    value: str = ""

    @property
    def text(self) -> str:
        """The value as one text."""
        return _plain(self.value)

    @property
    def parts(self) -> Sequence[str]:
        """What stands between the semicolons of the value; at least one text."""
        return [_plain(found[1]) for found in _PART.finditer(self.value)]


def lines_of(card: str) -> Sequence[Line]:
    """
    Return the lines of one card, without those of a card inside of it.

    Args:
        card: from its beginning on, with line feeds alone.

    Raises:
        Unreadable: something in it is no line, or it never ends.
    """
    found: list[Line] = []
    more: dict[int, list[str]] = {}
    depth = 0
    for written in _unfolded(card):
        line = _line(written)
        if line is not None and line.name in {"BEGIN", "END"}:
            depth += 1 if line.name == "BEGIN" else -1
            if depth <= 0:
                return [
                    attrs.evolve(line, value="\n".join((line.value, *more[place]))) if place in more else line
                    for place, line in enumerate(found)
                ]
        elif line is not None and depth == 1:
            found.append(line)
        elif depth == 1 and found and found[-1].name == "NOTE":
            # Some programs write the lines of a text as they are.
            more.setdefault(len(found) - 1, []).append(written)
        elif depth <= 1:
            break
    raise Unreadable("reason.broken_card")


def _unfolded(card: str) -> Iterator[str]:
    """Yield what stands in one line, however it is broken, without what is no text."""
    pieces: list[str] = []
    soft = binary = False
    for line in card.split("\n"):
        folded = line[:1] in {" ", "\t"}
        if binary and (folded or ":" not in line):
            continue
        binary = False
        if soft and line.strip() and not _END.match(line):
            # A blank in front of a byte that is written out is one of the folding; before a word it is the text's own.
            inner = line.lstrip(" \t")
            pieces += [pieces.pop()[:-1], inner if inner.startswith("=") else line]
        elif folded and pieces:
            pieces.append(line[1:])
        else:
            yield from _joined(pieces)
            binary = _BINARY.match(line) is not None
            pieces = [] if binary else [line]
        soft = bool(pieces) and line.endswith("=") and _QUOTED.match(pieces[0]) is not None
    yield from _joined(pieces)


def _joined(pieces: Sequence[str]) -> Iterator[str]:
    joined = "".join(pieces)
    if joined.strip():
        yield joined


def _line(written: str) -> Line | None:
    head = _HEAD.match(written)
    if head is None:
        return None
    marks: set[str] = set()
    params: dict[str, str] = {}
    for param in _PARAM.findall(head["params"]):
        name, said, value = (one.strip(' "') for one in param.partition("="))
        if not said or name.upper() == "TYPE":
            marks |= {one.strip(' "').lower() for one in (value if said else name).split(",")}
        else:
            params[name.upper()] = value
    value = written[head.end() :]
    if "quoted-printable" in marks | {params.get("ENCODING", "").lower()}:
        value = _decoded(quopri.decodestring(value.encode("utf-8", "replace")), params.get("CHARSET", ""))
    return Line(
        name=head["name"].upper(), group=(head["group"] or "").lower(), marks=frozenset(marks), params=params, value=value
    )


def _decoded(written: bytes, charset: str) -> str:
    """Return a text in the encoding that it is said to be in, or in the one that it is in for all that."""
    try:
        text = written.decode("gb18030" if charset.lower() in _GBK else charset or "utf-8")
    except (LookupError, ValueError):
        text = read_text(written)
    return text.replace("\r\n", "\n")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
