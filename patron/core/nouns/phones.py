"""
Phone numbers that exist: E.164 for those that a numbering plan has, and nothing for the rest.

The library `phonenumbers` is the truth: a number must be valid, not merely possible, and somebody's own, which a hotline is not.
Loading it takes a tenth of a second and asking it thirty microseconds. So Chinese mobiles, nine of ten numbers that reach us, are
recognised by a pattern first, which takes no more than the library does, with one exception: prefixes that the Chinese plan keeps
for mobiles and has not handed out when the library was written. A customer with a new number is worse lost than a false one kept.
"""

import re

from patron.core.nouns.field import FieldError

_MOBILE = re.compile(r"861(?:[38][0-9]|5[0-35-9]|6[25-7]|7[0-35-8]|9[0-35-9])[0-9]{8}")
_TO_COME = re.compile(r"861(?:6[0-9]|94)[0-9]{8}")
LONGEST = 15
"""Digits of a number, its country's code among them."""


def e164(digits: str, written: str) -> str:
    """
    Return a number as E.164.

    Args:
        digits: with the country's code, without a sign.
        written: as somebody wrote it, for the complaint.

    Raises:
        FieldError: no numbering plan has it, or it is a hotline's.
    """
    usual = _MOBILE.fullmatch(digits) or _TO_COME.fullmatch(digits)
    return f"+{digits}" if usual else e164_by_library(digits, written)


def e164_by_library(digits: str, written: str) -> str:
    """Return what `e164()` does, told by the library alone, which knows nothing of prefixes to come."""
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

    try:
        number = phonenumbers.parse(f"+{digits[: LONGEST + 1]}")
    except NumberParseException as error:
        raise FieldError("identity.no_tel", got=written[:60]) from error
    if len(digits) > LONGEST or not phonenumbers.is_valid_number(number):
        raise FieldError("identity.no_tel", got=written[:60])
    shared = (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN)
    if phonenumbers.number_type(number) in shared:
        raise FieldError("identity.service_tel", got=written[:60])
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
