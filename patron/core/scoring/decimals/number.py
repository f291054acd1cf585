"""
One number as a person or a program wrote it: the careful reader for the rare values that are not plain digits.

Plain digits are read by the column (`patron.core.scoring.decimals.text`); both agree wherever both apply. Read here: surrounding
spaces, full-width characters, a sign, `(12.50)` for a negative, thousands separators in whole groups of three, an exponent, a
currency marker before or after. Whatever could mean two things is refused rather than guessed: `12,50` with the decimal mark `.`
is not a number.
"""

import re

import attrs

from patron.core.scoring.status import BAD, LARGE, MISSING, OK

LONGEST = 128
"""Characters beyond which nothing is a number."""

LARGEST_EXPONENT = 400
"""The largest power of ten taken at its word."""

_SYMBOLS = {"¥": "¥", "$": "$", "€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "₽": "RUB", "฿": "THB", "₫": "VND", "元": "CNY"}
_WORDS = {"RMB": "CNY", "人民币": "CNY", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "CN¥": "CNY"}
_CODES = (
    *(
        "AED",
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNH",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
    ),
    *(
        "JPY",
        "KRW",
        "MOP",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PHP",
        "PLN",
        "RON",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
    ),
    *("USD", "VND", "ZAR"),
)
MARKERS = {**_SYMBOLS, **_WORDS, **{code: code for code in _CODES}}
"""Every currency marker that is understood → the name it is reported by."""

_SHARED = {"¥": {"CNY", "JPY", "CNH"}, "$": {"USD", "HKD", "TWD", "CAD", "AUD", "NZD", "SGD", "MXN"}}
_BLANKS = {"", "nan", "null", "none", "na", "n/a", "#n/a", "\\n"}

# Full-width forms of the printable ASCII characters, the ideographic space and the two other signs in use for yen and minus.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: " ", 0xFFE5: "¥", 0x2212: "-"}

_MARKER = "|".join(re.escape(marker) for marker in sorted(MARKERS, key=len, reverse=True))
_FRAME = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_MARKER})?\s*(?P<inner_open>\()?\s*(?P<inner_sign>[+-])?\s*"
    rf"(?P<body>[0-9.,'’\s]*[0-9.,](?:[eE][+-]?[0-9]+)?)"
    rf"(?(inner_open)\s*\))\s*(?P<after>{_MARKER})?(?(open)\s*\))"
)


def _body(mark: str) -> re.Pattern[str]:
    groups = {".": ",'’\\s", ",": ".'’\\s"}[mark]
    point = re.escape(mark)
    return re.compile(
        rf"(?:(?P<grouped>[1-9][0-9]{{0,2}}(?P<separator>[{groups}])[0-9]{{3}}(?:(?P=separator)[0-9]{{3}})*)|(?P<plain>[0-9]*))"
        rf"(?:{point}(?P<fraction>[0-9]*))?(?:[eE](?P<exponent>[+-]?[0-9]+))?"
    )


_BODIES = {mark: _body(mark) for mark in (".", ",")}


@attrs.frozen
class Number:
    """
    What a piece of text says: integer / 10**scale where the status is OK.

    Attributes:
        status: a code of `patron.core.scoring.status`.
        integer: the digits as one integer, with its sign.
        scale: how many of them are decimal places; negative for trailing zeros left out.
        currency: the marker's name as in `MARKERS`; "" without one.
    """

    status: int
    integer: int = 0
    scale: int = 0
    currency: str = ""


def parse_number(text: str, mark: str = ".") -> Number:
    """Return what *text* says with the decimal mark *mark* (`.` or `,`)."""
    if len(text) > LONGEST:
        return Number(BAD) if text.strip() else Number(MISSING)
    text = text.translate(_HALF_WIDTH).strip()
    if text.lower() in _BLANKS:
        return Number(MISSING)
    frame = _FRAME.fullmatch(text)
    negative = _sign(frame) if frame else None
    if frame is None or negative is None or (frame["before"] and frame["after"]):
        return Number(BAD)
    body = _BODIES[mark].fullmatch(frame["body"])
    if body is None:
        return Number(BAD)
    marker = frame["before"] or frame["after"]
    return _assemble(body, negative, MARKERS[marker] if marker else "")


def currency_name(text: str) -> str:
    """Return the name by which the currency *text* is reported, as in `MARKERS`, or as it is written; "" for a blank."""
    text = text.translate(_HALF_WIDTH).strip()
    if text.lower() in _BLANKS:
        return ""
    return MARKERS.get(text) or MARKERS.get(text.upper()) or text


def settle_currencies(markers: frozenset[str]) -> frozenset[str]:
    """
    Return the currencies that *markers* stand for: a sign shared by several counts as the one of them that is named beside it.

    `¥` beside `CNY` is the renminbi and `$` beside `HKD` the Hong Kong dollar; alone they stay as they are. More than one name in
    the answer means that currencies are mixed.
    """
    settled = set(markers)
    for sign, candidates in _SHARED.items():
        if sign in settled and len(settled & candidates) == 1:
            settled.remove(sign)
    return frozenset(settled)


def _sign(frame: re.Match[str]) -> bool | None:
    """Say whether the number is negative; None where signs and parentheses contradict each other."""
    signs = [sign for sign in (frame["sign"], frame["inner_sign"]) if sign]
    parentheses = bool(frame["open"]) + bool(frame["inner_open"])
    if len(signs) + parentheses > 1:
        return None
    return parentheses == 1 or signs == ["-"]


def _assemble(body: re.Match[str], negative: bool, currency: str) -> Number:
    whole = body["plain"] if body["grouped"] is None else body["grouped"].replace(body["separator"], "")
    fraction = body["fraction"] or ""
    if not whole and not fraction:
        return Number(BAD)
    exponent = int(body["exponent"] or 0)
    integer = int(whole + fraction)
    if abs(exponent) > LARGEST_EXPONENT:
        return Number(OK) if integer == 0 else Number(LARGE if exponent > 0 else BAD)
    return Number(OK, -integer if negative else integer, len(fraction) - exponent, currency)
