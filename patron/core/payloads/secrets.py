"""
Comparing secrets and signatures in constant time, whatever the sender put into the header.
"""

import base64
import binascii
import hmac


def same_secret(expected: str, got: str | None) -> bool:
    """Return whether a secret is the expected one. An empty one never is: what is not set up lets nobody in."""
    return bool(expected) and hmac.compare_digest(expected.encode("utf-8", "replace"), (got or "").encode("utf-8", "replace"))


def signed_by(secret: bytes, message: bytes, signature: str | None, *, algorithm: str = "sha256") -> bool:
    """
    Return whether a signature is the HMAC of a message.

    Args:
        secret: the shared secret; an empty one signs nothing.
        message: the bytes as they came, before anything is made of them.
        signature: in hexadecimal digits or Base64, with the name of the algorithm before it or not: `sha256=…`.
        algorithm: a name that `hashlib` knows.
    """
    expected = hmac.new(secret, message, algorithm).digest()
    text = (signature or "").strip().removeprefix(f"{algorithm}=")
    return bool(secret) and any(hmac.compare_digest(expected, one) for one in _decoded(text))


def _decoded(text: str) -> list[bytes]:
    found = []
    for decode in (bytes.fromhex, lambda one: base64.b64decode(one, validate=True)):
        try:
            found.append(decode(text))
        except (ValueError, binascii.Error):
            continue
    return found
