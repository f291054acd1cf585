"""
Whether a webhook is authentic: signed as Standard Webhooks says, signed over its bytes, or with a token.
"""

import base64
import binascii

from patron import Connection, Delivery, Reason, same_secret, signed_by


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" for an authentic delivery, else why it isn't."""
    options = connection.options
    if not delivery.method:
        return ""
    secrets = str(options["secret"] or "").split()
    if not secrets and not options["public_key"]:
        return "payloads.no_secret"
    match options["scheme"]:
        case "token":
            return _token(delivery, secrets, options["header"], options["parameter"])
        case "hmac":
            signature = delivery.headers.get((options["header"] or "x-signature").lower())
            good = any(signed_by(secret.encode(), delivery.body, signature) for secret in secrets)
            return "" if good else "payloads.wrong_signature"
        case _:
            return _standard(delivery, secrets, options["public_key"], options["tolerance"])


def _token(delivery: Delivery, secrets: list[str], header: str | None, parameter: str | None) -> str:
    got = delivery.query.get(parameter) if parameter else delivery.headers.get((header or "authorization").lower())
    if got and not parameter and got[:7].lower() == "bearer ":
        got = got[7:].strip()
    return "" if any(same_secret(secret, got) for secret in secrets) else "reason.wrong_token"


def _standard(delivery: Delivery, secrets: list[str], public_key: str | None, tolerance: int) -> str:
    number, sent, signatures = (delivery.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not number or not signatures:
        return "payloads.no_signature"
    if not (sent.isascii() and sent.isdigit() and len(sent) < 12):
        return "payloads.no_timestamp"
    late = delivery.received_at.timestamp() - int(sent)
    if abs(late) > tolerance:
        return Reason("payloads.late" if late > 0 else "payloads.early", seconds=round(abs(late)))
    message = f"{number}.{sent}.".encode() + delivery.body
    lacking = ""
    for version, _, signature in (one.partition(",") for one in signatures.split()):
        if version == "v1" and any(signed_by(_bytes(secret, "whsec_"), message, signature) for secret in secrets):
            return ""
        if version == "v1a" and public_key:
            lacking = _ed25519(_bytes(public_key, "whpk_"), message, _bytes(signature))
            if not lacking:
                return ""
    return lacking or "payloads.wrong_signature"


def _ed25519(key: bytes, message: bytes, signature: bytes) -> str:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return "reason.extra"
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return "payloads.wrong_signature"
    return ""


def _bytes(text: str, prefix: str = "") -> bytes:
    """Return the bytes of a key in Base64, padded or not; none where it is none."""
    try:
        return base64.b64decode(text.removeprefix(prefix) + "==")
    except (binascii.Error, ValueError):
        return b""
