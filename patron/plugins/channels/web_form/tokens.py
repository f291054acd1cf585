"""
Render tokens: a page says, signed, when it was shown, so that a form which comes too fast, or from no page of ours, is known.
"""

import hmac
from datetime import UTC, datetime

from patron import signed_by


def render_token(secret: str, form: str, at: datetime) -> str:
    """
    Return the token that a page sends along with its form.

    Args:
        secret: of the connection.
        form: what the form sends as `form_id`; empty where it sends none.
        at: when the page is shown.
    """
    shown = int(at.astimezone(UTC).timestamp())
    return f"{shown}.{hmac.new(secret.encode(), f'{form}.{shown}'.encode(), 'sha256').hexdigest()}"


def shown_at(secret: str, form: str, token: str) -> int | None:
    """Return when the page was shown, in seconds since 1970; None where the token is none of ours."""
    shown, _, signature = token.partition(".")
    if not (shown.isascii() and shown.isdigit() and len(shown) < 12):
        return None
    message = f"{form}.{shown}".encode("utf-8", "replace")
    return int(shown) if signed_by(secret.encode(), message, signature) else None
