"""
What a link says: who gets the letter, by what means and for what; sealed, so that nobody reads it and nobody else can make one.

It is sealed with AES-SIV (RFC 5297), which needs no random number, so that the same letter has the same link. A link never
expires: a letter may be read years later.
"""

import base64
import binascii
from collections.abc import Iterable
from hashlib import sha512

import attrs

from patron import ConsentSaid, Contact, UsageError
from patron.plugins.channels.unsubscribe.words import WORDS

_PURPOSE = b"patron unsubscribe 1"
"""Tells our seals from those that anybody else makes with the same secret."""
_BETWEEN = "\x1f"
_LONGEST = 1_000


@attrs.frozen(kw_only=True)
class Link:
    """
    What a link says.

    Attributes:
        contact: by what its reader is written to.
        channel: by what means they want no more.
        purpose: for what; None for anything.
    """

    contact: Contact
    channel: str
    purpose: str | None = None


def token_of(secret: str, contact: Contact, said: ConsentSaid) -> str:
    """
    Return what the link of a letter has.

    Args:
        secret: of the connection.
        contact: by what its reader is written to.
        said: what they say by it.

    Raises:
        UsageError: what seals isn't installed.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    except ImportError as error:
        raise UsageError("link.no_extra", catalogue=WORDS) from error
    told = _BETWEEN.join((said.channel or "", said.purpose or "", contact.scheme, contact.written))
    return base64.urlsafe_b64encode(AESSIV(_key(secret)).encrypt(told.encode(), [_PURPOSE])).decode().rstrip("=")


def link_of(secrets: Iterable[str], token: str) -> Link | None:
    """Return what a token says that was sealed with one of the secrets; None for any other."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    for secret in secrets:
        try:
            told = AESSIV(_key(secret)).decrypt(sealed, [_PURPOSE]).decode()
        except (InvalidTag, ValueError):
            continue
        channel, purpose, scheme, written = told.split(_BETWEEN, 3)
        return Link(contact=Contact(scheme=scheme, written=written), channel=channel, purpose=purpose or None)
    return None


def _key(secret: str) -> bytes:
    return sha512(secret.encode()).digest()
