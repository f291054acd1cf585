"""
What a form is answered: a page for a person, a status for a script, and for a browser whether another page may ask at all (CORS).
"""

import json
from collections.abc import Mapping, Sequence

import attrs

from patron import Connection, Delivery, Outcome, Reply
from patron.plugins.channels.web_form.page import answer_page, form_page, language_of, wants_page

_JSON = "application/json"
_MINUTES = 10
"""For which a browser need not ask again; browsers have limits of their own, the strictest of which this is."""


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Show the form to who asks for it, and tell a browser whether a page may send one; None for a form."""
    if delivery.method == "GET":
        return form_page(delivery, connection)
    if delivery.method != "OPTIONS":
        return None
    allowed = _allowed(delivery, connection)
    if not allowed or "access-control-request-method" not in delivery.headers:
        return Reply(status=403)
    can = {"access-control-allow-methods": "POST", "access-control-allow-headers": "content-type"}
    return Reply(status=204, headers={**allowed, **can, "access-control-max-age": str(_MINUTES * 60)})


def reply_to(
    delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome], said: Mapping[str, str], *, lacking: str = ""
) -> Reply:
    """
    Return the answer to a form, the same each time.

    Args:
        delivery: the form.
        connection: its connection.
        outcomes: `REJECTED` where it is taken for none.
        said: its fields.
        lacking: what it lacks for somebody to answer it, a key of the answers; "" where nothing does.
    """
    if lacking:
        status, key = 422, lacking
    else:
        status, key = (401, "refused") if Outcome.REJECTED in outcomes else (200, "received")
    lang = language_of(delivery, said)
    thanks = connection.options["thanks"]
    if not wants_page(delivery):
        reply = Reply(status=status, body=json.dumps({"status": key}).encode(), content_type=_JSON)
    elif status == 200 and thanks:
        # 303, so that to load the page anew sends nothing again.
        reply = Reply(status=303, headers={"location": thanks})
    else:
        reply = answer_page(status, lang, key, connection)
    return attrs.evolve(reply, headers={**reply.headers, **_allowed(delivery, connection)})


def _allowed(delivery: Delivery, connection: Connection) -> Mapping[str, str]:
    """Return the headers that let a page of another origin read the answer; none where it may not."""
    origin, origins = delivery.headers.get("origin", ""), connection.options["origins"]
    if not origin or (origins and origin not in origins):
        return {}
    return {"access-control-allow-origin": origin if origins else "*", "vary": "origin"}
