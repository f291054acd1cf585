"""
Mail addresses: syntax alone, the domain in lower case, the part before the `@` as it is, for only its server knows what it means.

The library `email-validator` is the truth; nobody's name server is asked. The usual addresses are recognised by a pattern first,
which takes less than the library does, never more.
"""

import re

from patron.core.nouns.field import FieldError

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_USUAL = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:{_LABEL}\.)+[A-Za-z]{{2,24}})")
_UNUSUAL = re.compile(r"(?:^|[@.])..--|@.*\.(?:arpa|invalid|local|localhost|onion|test)$", re.IGNORECASE)
"""Domains of which the library knows more: names in code, and those that nobody has on the net."""
LONGEST_LOCAL, LONGEST = 64, 254


def normal_mail(address: str, written: str) -> str:
    """
    Return the normal form of an address.

    Args:
        address: without spaces around it.
        written: as somebody wrote it, for the complaint.

    Raises:
        FieldError: it is no address.
    """
    found = _USUAL.fullmatch(address) if len(address) <= LONGEST else None
    if found is None or len(found["local"]) > LONGEST_LOCAL or _UNUSUAL.search(address):
        return normal_mail_by_library(address, written)
    return f"{found['local']}@{found['domain'].lower()}"


def normal_mail_by_library(address: str, written: str) -> str:
    """Return what `normal_mail()` does, told by the library alone."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise FieldError("identity.no_email", got=written[:60]) from error
    return f"{found.local_part}@{found.domain}"
