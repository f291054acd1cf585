"""
Records of invented people with what goes wrong when people type: for trying and measuring who is who.

What goes wrong is what the Febrl generator does (Christen, 2005): letters inserted, left out, replaced or transposed, given
and family name swapped, values missing, a moved person's new address, another family name. Every seed gives the same records.
"""

from collections.abc import Iterator, Mapping
from random import Random

Record = Mapping[str, str]
"""Column → cell; `record` is the key, and what stands before its `-` is the person."""

COLUMNS = ("record", "family", "given", "address", "suburb", "postcode", "state", "born", "tel", "email", "id_number")

_STARTS = ("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "th", "v", "w", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ay", "ee", "ia", "ou")
_ENDS = ("", "n", "r", "s", "l", "ck", "m", "tt", "son", "ley")
_STREETS = ("street", "road", "place", "crescent", "avenue", "close")
_STATES = ("nsw", "vic", "qld", "wa", "sa", "act")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_CAN_LACK = ("given", "address", "suburb", "postcode", "state", "born", "tel", "email", "id_number")


def records_of_people(persons: int, *, seed: int, most_doubles: int = 5, share: float = 0.5) -> Iterator[Record]:
    """
    Yield records in no order that tells anything.

    Args:
        persons: how many people there are.
        seed: of the chances.
        most_doubles: records of one person beside the first, at most.
        share: of the people who have any.
    """
    chances = Random(seed)  # noqa: S311  # invented people are no secrets
    words = _words(chances, max(400, persons // 10))
    found: list[Record] = []
    for number in range(persons):
        first = _original(chances, number, words)
        found.append(first)
        if chances.random() < share:
            doubles = 1 + int(most_doubles * chances.random() ** 2.5)
            found += [{**_spoilt(chances, first, words), "record": f"{number}-{place + 1}"} for place in range(doubles)]
    chances.shuffle(found)
    yield from found


def _words(chances: Random, count: int) -> list[str]:
    def word() -> str:
        parts = (chances.choice(_STARTS) + chances.choice(_VOWELS) for _ in range(chances.choice((1, 2, 2, 3))))
        return "".join(parts) + chances.choice(_ENDS)

    return sorted({word() for _ in range(count)} - {"b"})


def _common(chances: Random, words: list[str]) -> str:
    """Return a word, the first ones far more often, as names are."""
    return words[int(len(words) * chances.random() ** 2)]


def _original(chances: Random, number: int, words: list[str]) -> dict[str, str]:
    family, given = _common(chances, words), _common(chances, words)
    return {
        "record": f"{number}-0",
        "family": family,
        "given": given,
        "address": f"{chances.randrange(1, 250)} {chances.choice(words)} {chances.choice(_STREETS)}",
        "suburb": _common(chances, words),
        "postcode": str(chances.randrange(2000, 7999)),
        "state": chances.choice(_STATES),
        "born": f"{chances.randrange(1930, 2005)}-{chances.randrange(1, 13):02}-{chances.randrange(1, 29):02}",
        "tel": f"+614{chances.randrange(10**7, 10**8)}" if chances.random() < 0.7 else "",
        "email": f"{given}.{family}{chances.randrange(100)}@example.org" if chances.random() < 0.5 else "",
        "id_number": str(chances.randrange(10**6, 10**7)),
    }


def _spoilt(chances: Random, first: Record, words: list[str]) -> dict[str, str]:
    """Return a record of the same person, typed by somebody else."""
    found = dict(first)
    for _ in range(chances.choice((1, 1, 2, 2, 3, 4))):
        what = chances.random()
        name = chances.choice(COLUMNS[1:])
        if what < 0.62:
            found[name] = _typo(chances, found[name], _DIGITS if name in {"postcode", "born", "tel", "id_number"} else _LETTERS)
        elif what < 0.72:
            found["family"], found["given"] = found["given"], found["family"]
        elif what < 0.86:
            found[chances.choice(_CAN_LACK)] = ""
        elif what < 0.93:
            found |= {
                key: value for key, value in _original(chances, 0, words).items() if key in {"address", "suburb", "postcode"}
            }
        elif what < 0.96:
            found["family"] = _common(chances, words)
        else:
            found["given"] = found["given"][:1]
    return found


def _typo(chances: Random, text: str, signs: str) -> str:
    if len(text) < 2:
        return text
    place = chances.randrange(len(text) - 1)
    if signs == _DIGITS:
        place = next((one for one in range(place, len(text)) if text[one].isdigit()), place)
    kind = chances.randrange(4)
    if kind == 0:
        return text[:place] + chances.choice(signs) + text[place:]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + chances.choice(signs) + text[place + 1 :]
    return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
