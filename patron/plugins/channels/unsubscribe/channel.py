"""
Reading who unsubscribes: a click in the mail program (RFC 8058), or on the page that the link of a letter leads to.

Only what is posted counts. To look at the page does nothing, however many programs try the links of a mail out.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from patron import (
    Channel,
    ChannelOption,
    Connection,
    ConsentSaid,
    Contact,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Outcome,
    Reason,
    Reply,
    Unreadable,
    key_of_parts,
    read_form,
)
from patron.plugins.channels.unsubscribe.page import PRESSED, broken, done, question
from patron.plugins.channels.unsubscribe.tokens import Link, link_of, token_of

_TOKEN = "t"  # noqa: S105  # the name of a parameter
_AT_ONCE = 60
"""Seconds within which a second click is the first again, where a connection doesn't say. Later it says so anew: they may have
agreed between."""
_ONE_CLICK = "List-Unsubscribe=One-Click"
_PAGE = "unsubscribe page"
_ALONE = "unsubscribe link, and nothing else"
_WITH = "unsubscribe link, with: "
_LONGEST = 100
"""Characters of what somebody posted that is neither a click nor the page."""
_HOW = {_ONE_CLICK: "remark.click", _PAGE: "remark.page", _ALONE: "remark.link"}


def unsubscribe(contact: Contact, said: ConsentSaid, connection: Connection) -> str:
    """Return the query of the link for whom a letter goes to."""
    return urlencode({_TOKEN: token_of(str(connection.options["secret"]), contact, said)})


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" for what was posted to a link of ours, else why it isn't taken."""
    if delivery.method not in ("", "POST"):
        return "reason.not_posted"
    return "" if _link(delivery, connection) else "reason.no_link"


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of who wants no more.

    Raises:
        Unreadable: it is no link of ours.
    """
    link = _link(delivery, connection)
    if link is None:
        raise Unreadable("reason.no_link", foreign=True)
    evidence = _evidence(delivery)
    said = ConsentSaid(
        decision="withdrawn", channel=link.channel or None, purpose=link.purpose, evidence=evidence, given_by="message"
    )
    told = Reason("remark.said", how=_how(evidence))
    # A click in the mail program and a press of the button soon after are one, though their bytes differ.
    while_same = str(int(delivery.received_at.timestamp()) // connection.again) if connection.again else ""
    key = key_of_parts(_token(delivery), while_same)
    return [Envelope(key=key, kind=EnvelopeKind.MESSAGE, contacts=(link.contact,), remarks=(told,), consents=(said,))]


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Show the page to who looks at it; None for what is posted."""
    if delivery.method == "GET":
        return question(delivery, _link(delivery, connection))
    return None if delivery.method in ("", "POST") else Reply(status=405, headers={"allow": "GET, POST"})


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Say that it is done, or that the link is not whole."""
    return broken(delivery) if Outcome.REJECTED in outcomes else done(delivery, _link(delivery, connection))


def _link(delivery: Delivery, connection: Connection) -> Link | None:
    token = _token(delivery)
    secrets = [str(secret) for name in ("secret", "former") if (secret := connection.options.get(name))]
    return link_of(secrets, token) if token else None


def _token(delivery: Delivery) -> str:
    return delivery.query.get(_TOKEN) or _fields(delivery).get(_TOKEN, "")


def _evidence(delivery: Delivery) -> str:
    """Return what was posted to the link."""
    fields = _fields(delivery)
    if PRESSED in fields:
        return _PAGE
    if f"List-Unsubscribe={fields.get('List-Unsubscribe')}" == _ONE_CLICK:
        return _ONE_CLICK
    if not delivery.body.strip() or set(fields) == {_TOKEN}:
        return _ALONE
    return _WITH + " ".join(delivery.body.decode("utf-8", "replace").split())[:_LONGEST]


def _how(evidence: str) -> Reason:
    """Return how somebody unsubscribed, for the timeline."""
    known = _HOW.get(evidence)
    return Reason(known) if known else Reason("remark.posted", said=evidence.removeprefix(_WITH))


def _fields(delivery: Delivery) -> dict[str, str]:
    try:
        return dict(read_form(delivery.body, delivery.content_type))
    except Unreadable:
        return {}


CHANNEL = Channel(
    code="unsubscribe",
    source="email",
    contact="web",
    parse=parse,
    verify=verify,
    challenge=challenge,
    respond=respond,
    unsubscribe=unsubscribe,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="former", kind=OptionKind.SECRET),
    ),
    transports=("http",),
    most_bytes=4096,
    marks=(f"?{_TOKEN}",),
    recurs=_AT_ONCE,
    # Providers of mail click for all their users from a few addresses, and a link has to work whenever it is clicked.
    per_address=120,
    per_minute=1_200,
)
