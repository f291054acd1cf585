"""
How WeCom signs and seals: SHA-1 over sorted parts, AES in CBC mode, and the corporation's id behind the text.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from patron import Connection, Unreadable, same_secret

_RANDOM = 16
_LENGTH = 4
_MOST_PADDING = 32


def is_signed(query: Mapping[str, str], sealed: str, token: str) -> bool:
    """Return whether a sealed text is signed with the token."""
    parts = sorted([token, query.get("timestamp", ""), query.get("nonce", ""), sealed])
    expected = hashlib.sha1("".join(parts).encode("utf-8", "replace")).hexdigest()  # noqa: S324  # WeCom's choice
    return bool(token) and bool(sealed) and same_secret(expected, query.get("msg_signature"))


def opened(sealed: str, connection: Connection) -> bytes:
    """
    Return what a sealed text says.

    Raises:
        Unreadable: it is not sealed with our key, or for another corporation.
    """
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError as error:
        raise Unreadable("reason.extra") from error
    try:
        key = base64.b64decode(f"{connection.options['aes_key']}=", validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
    except (binascii.Error, ValueError) as error:
        raise Unreadable("reason.sealed") from error
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= _MOST_PADDING or plain[-padding:] != bytes([padding]) * padding:
        raise Unreadable("reason.sealed")
    start = _RANDOM + _LENGTH
    end = start + int.from_bytes(plain[_RANDOM:start], "big")
    if end > len(plain) - padding:
        raise Unreadable("reason.too_short")
    if plain[end:-padding].decode("utf-8", "replace") != connection.options["corp_id"]:
        raise Unreadable("reason.other_corporation")
    return plain[start:end]
