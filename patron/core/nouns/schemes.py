"""
Schemes: the normal form in which each kind of identity is kept and compared.

`identity_of("tel", "手机：138-0013-8000")` is the one door from what somebody wrote to what identifies somebody; nothing else
makes identities of text. Equal values are the same identity. A phone number is kept as E.164, its extension behind `;ext=`; one
without a country is read as Chinese, and one that no numbering plan has is refused. A masked number (`138****8000`) gets a scheme
of its own, which identifies nobody.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from patron.core.nouns.field import FieldError
from patron.core.nouns.identity import Identity
from patron.core.nouns.lists import join_list, split_list
from patron.core.nouns.mails import normal_mail
from patron.core.nouns.phones import e164

MATCHING = ("external", "tel", "email", "qq", "wechat")
"""Schemes whose equal values stand for the same party, the most telling first; a masked number stands for nobody."""


def identity_of(scheme: str, written: str) -> Identity | None:
    """
    Return the identity that *written* means; None where it says that there is none (`-`, `无`, `anonymous`).

    Args:
        scheme: a code of `identity_scheme`; for `tel` the answer may be a `tel_masked`.
        written: one value, as a person or a program wrote it.

    Raises:
        FieldError: it is no value of the scheme.
    """
    if says_nothing(written):
        return None
    text = unicodedata.normalize("NFKC", written).strip()
    return _READERS.get(scheme, _read_account)(scheme, text, written.strip())


def says_nothing(written: str) -> bool:
    """Return whether something that people write stands for nothing: 无, n/a, -."""
    return unicodedata.normalize("NFKC", written).strip().casefold() in _NOTHING


def identities_of(scheme: str, written: str) -> tuple[Identity, ...]:
    """
    Return the identities of a cell that may hold several values, separated by `;` or by other signs that can't be part of them.

    Raises:
        FieldError: one of them is no value of the scheme.
    """
    separators = _SEPARATORS.get(scheme)
    parts = separators.split(written) if separators else split_list(written, _BETWEEN)
    found = (identity_of(scheme, part) for part in parts if part.strip())
    return tuple({(one.scheme, one.value): one for one in found if one is not None}.values())


def together(scheme: str, values: Iterable[str]) -> str:
    """Return the values of several identities of one scheme as one cell, from which `identities_of()` makes them again."""
    return ";".join(values) if scheme in _SEPARATORS else join_list(values, _BETWEEN)


_NOTHING = frozenset(
    {"", "-", "--", "/", "无", "没有", "不详", "未知", "未留", "none", "n/a", "na", "null", "anonymous", "unknown", "匿名"}
)
_SEPARATORS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"tel": re.compile(r";(?!ext=)|[；、/,，\n]"), "email": re.compile(r"[;；、,，\s]"), "qq": re.compile(r"[;；、/,，\s]")}
)
_BETWEEN = ";；\n"
"""What separates ids and account names, which may have any sign in them."""

_LABEL = re.compile(r"(?:手机号码|电话号码|联系电话|联系方式|手机号|手机|电话|mobile|phone|cell|tel)\.?\s*:?\s*", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{5,15})\.0+")
_SHORTENED = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+")
_SHOWN_DIGITS = 6
"""Spreadsheets show so many digits of a long number at most, and write what they show; programs write all."""
_MASKED = re.compile(r"\+?\d{2,7}[*xX×]{3,6}\d{2,4}")
_EXTENSION = re.compile(r"(?P<number>.*\d)\s*(?:转|分机|;ext=|ext\.?|x|#)\s*:?\s*(?P<extension>\d{1,6})", re.IGNORECASE)
_DASHED = re.compile(r"(?P<number>\(?0\d{2,3}\)?[- ]?\d{7,8})-(?P<extension>\d{1,6})")
_SIGNS = re.compile(r"[\s().·\-‐‑–—]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CHINESE = re.compile(r"1[3-9]\d{9}|10\d{8}|2\d{9}|[3-9]\d{9,10}")
"""Behind +86: a mobile, or an area code without its 0 and seven or eight digits."""
_SERVICE = re.compile(r"(?:86)?[48]00\d{7}|(?:86)?9[56]\d{3,6}")


def _read_tel(scheme: str, text: str, written: str) -> Identity | None:
    if text.isascii() and _MOBILE.fullmatch(text):  # as nearly all are written
        return Identity(scheme=scheme, value=e164(f"86{text}", written), written=written)
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    if text.casefold() in _NOTHING:
        return None
    whole = _WHOLE.fullmatch(text)
    text = whole[1] if whole else _unfold(text)
    bare = _SIGNS.sub("", text)
    if _MASKED.fullmatch(bare):
        return Identity(scheme="tel_masked", value=re.sub(r"[xX×]", "*", bare), written=written)
    extended = _DASHED.fullmatch(text) or _EXTENSION.fullmatch(text)
    if extended:
        bare = _SIGNS.sub("", extended["number"])
    elif bare.startswith(("+", "00")):
        bare = _SIGNS.sub("", text.replace("(0)", ""))
    extension = extended["extension"] if extended else ""
    number = _international(bare, written)
    return Identity(scheme=scheme, value=f"{number};ext={extension}" if extension else number, written=written)


def _unfold(text: str) -> str:
    """Return the digits of a number that a spreadsheet wrote with an exponent, where it kept them all."""
    if not _SHORTENED.fullmatch(text):
        return text
    number = Decimal(text)
    if number.adjusted() > 15 or len(number.as_tuple().digits) <= _SHOWN_DIGITS or number != number.to_integral_value():
        raise FieldError("identity.shortened_tel", got=text[:60])
    return str(int(number))


def _international(bare: str, written: str) -> str:
    digits = bare.removeprefix("+")
    abroad = bare.startswith("+")
    if not abroad and digits.startswith("00"):
        digits, abroad = digits[2:], True
    if not digits.isascii() or not digits.isdigit():
        raise FieldError("identity.no_tel", got=written[:60])
    if _SERVICE.fullmatch(digits):
        raise FieldError("identity.service_tel", got=written[:60])
    if digits.startswith("86") and (abroad or len(digits) > 11):
        national = digits[2:].removeprefix("0")
        fits = _CHINESE.fullmatch(national)
    elif abroad:
        return e164(digits, written)
    else:
        # Without the country a fixed line shows itself by the 0 of its area code.
        national = digits.removeprefix("0")
        fits = (_CHINESE if national != digits else _MOBILE).fullmatch(national)
    if not fits:
        raise FieldError("identity.no_tel", got=written[:60])
    return e164(f"86{national}", written)


def _read_email(scheme: str, text: str, written: str) -> Identity:
    return Identity(scheme=scheme, value=normal_mail(text.removeprefix("mailto:"), written), written=written)


def _read_qq(scheme: str, text: str, written: str) -> Identity:
    digits = text.removesuffix(".0")
    if not re.fullmatch(r"[1-9]\d{4,11}", digits):
        raise FieldError("identity.no_qq", got=written[:60])
    return Identity(scheme=scheme, value=digits, written=written)


def _read_account(scheme: str, text: str, written: str) -> Identity:
    return Identity(scheme=scheme, value=text, written=written)


_READERS: Mapping[str, Callable[[str, str, str], Identity | None]] = MappingProxyType(
    {"tel": _read_tel, "email": _read_email, "qq": _read_qq}
)
