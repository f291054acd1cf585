"""
How WeCom signs and seals: SHA-1 over sorted parts, AES in CBC mode, and behind the text whom it is meant for.

WeCom calls that the ReceiveId: for an app of the corporation's own it is the corporation's id, for events that an app of a third
party is told that app's SuiteId, for the check of that app's address the corporation of who made the app, and nothing for an app
of a private person. So a connection may be told further ones beside its own.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from patron import Connection, Reason, Unreadable, same_secret

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
        Unreadable: it is not sealed with our key, or not for us.
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
    receiver = plain[end:-padding].decode("utf-8", "replace")
    if receiver not in {connection.options["corp_id"], *(connection.options.get("receivers") or ())}:
        raise Unreadable(Reason("reason.other_receiver", receiver=receiver or "–"))
    return plain[start:end]
