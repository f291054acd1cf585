"""
What passes between a channel and the intake: the records behind the hook `channels`.

A *delivery* is what reached us in one piece, as bytes: a request, a mail, a file. A channel reads *envelopes* out of it, each one
person's sign of interest, in one shape for all channels. It says nothing of leads: what becomes of an envelope is the business of
the intake, which answers each with an outcome.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from patron.core.records.reason import shown

if TYPE_CHECKING:
    from patron.core.records.polling import Fetched, Network
    from patron.core.records.telling import Told

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Outcome(StrEnum):
    """
    What becomes of an envelope.

    Attributes:
        ACCEPTED: a lead came of it, or a lead that is there learned of it.
        DUPLICATE: it had come before.
        QUARANTINED: it is authentic and kept, and somebody has to look at it; it can be replayed.
        REJECTED: it is nothing that we take: not authentic, too large, of another format.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class EnvelopeKind(StrEnum):
    """
    What an envelope tells.

    Attributes:
        LEAD: somebody is interested.
        MESSAGE: somebody writes to us; no new lead where one is pursued.
        CALL: somebody called, or was called.
        UPDATE: something is told of somebody that is no sign of interest. It begins nothing; of whoever is not known by its first
            contact nothing comes of it until they are.
        TEST: the provider tries the connection; it is accepted and nothing comes of it.
    """

    LEAD = "lead"
    MESSAGE = "message"
    CALL = "call"
    UPDATE = "update"
    TEST = "test"


@attrs.frozen(kw_only=True)
class Delivery:
    """
    What reached us, as it was.

    Attributes:
        body: the bytes.
        received_at: when, with a zone; of what a channel fetched itself, `network.now`.
        connection: the name of the connection that it came in by: `[intake.NAME]`, else the channel's code.
        content_type: what the bytes are said to be; empty where nobody said.
        headers: of the request or mail, by lower-case name.
        query: of the request's address, name → value.
        method: of the request; empty where there was none, as for what one of us handed in and for what was fetched.
        url: the address that the sender called, for signatures that cover it; empty where there was none.
        name: what the bytes are called, a file's name.
        entered_by: the login of the one of us who handed it in; empty where it came by itself.
    """

    body: bytes
    received_at: datetime
    connection: str = ""
    content_type: str = ""
    headers: Mapping[str, str] = attrs.field(default=NOTHING, repr=False)
    query: Mapping[str, str] = attrs.field(default=NOTHING, repr=False)
    method: str = ""
    url: str = attrs.field(default="", repr=False)
    name: str = ""
    entered_by: str = ""


@attrs.frozen(kw_only=True)
class Contact:
    """
    A way to reach or recognise the person, as it was written.

    Attributes:
        scheme: a code of `identity_scheme`; of a masked phone number `tel`, too.
        written: the number, address, account or id. A masked number, 138****8000, is kept as it is and joins nobody.
    """

    scheme: str
    written: str


@attrs.frozen(kw_only=True)
class ConsentSaid:
    """
    What the person said about being contacted.

    Attributes:
        decision: a code of `consent_decision`: `granted`, `refused`, `withdrawn`.
        channel: by what means, a code of `contact_channel`; None for any.
        purpose: for what, a code of `purpose`; None for anything.
        evidence: the words that say so, the form and its version.
        given_by: how it was said, a code of `consent_form`.
    """

    decision: str
    channel: str | None = None
    purpose: str | None = None
    evidence: str = ""
    given_by: str = "form"


@attrs.frozen(kw_only=True)
class Envelope:
    """
    One person's sign of interest.

    Attributes:
        key: the provider's id of this delivery, by which it repeats itself; empty where there is none: then equal bytes of a
            delivery are the same.
        native_id: the provider's id of the lead; another delivery with it tells more of the same lead. Empty where there is none.
        system: whose number `native_id` is, as an import names it, where the connection's settings say so: a lead with it is one
            by whatever way it comes. Empty where it is the connection's own.
        kind: what it tells.
        listed: whether it is a row of a list, which is known as an import would know it, whatever way the list comes: a lead by
            its number, else by customer, source and day (without a day it is the live lead of both), else by its content; what
            is no lead is a contact with a customer who is known.
        at: when it happened; None where the provider doesn't say, or says what can't be.
        revised_at: when what it says of the customer was last revised by who keeps it, with a zone. Of what comes with the same
            `native_id` the last revision counts by its time, in whatever order they come; None where the provider doesn't say,
            then the first word stands.
        contacts: by what the person can be reached.
        customer: field of the customer → value, as people write them: the name above all.
        lead: field of the lead → value: `source`, `campaign_id` by its code, `interests`, `subject`, …
        interaction: field of the interaction → value: `note` is what the person wrote; `channel` and `direction` where they are
            not those of the channel. `source_key` is the provider's id of a call of which another envelope, with another `key`,
            may tell more. An update that says anything here is an entry on the timeline; of any other only what is not told there
            yet is one.
        remarks: what could not be put into a field and a person should read, in words of the sender's; a `Reason` is put into
            words of the plugin.
        unclear: what the sender calls it → what was said there and could not be understood; it becomes a remark, and whoever
            brought it is told.
        awaits: whether more of the lead is to be fetched by its `native_id`; see `Channel.complete`. It is a lead at once, and
            its receipt is accepted. An update of whoever is not known awaits nothing.
        answers: keys of deliveries of the connection that it answers, the first of all in front and the nearest last; needs a
            channel with `threads`. Where nobody is known by its contacts, it belongs to whom the first of them is from, and
            tells nothing of who that is, in whatever order they come.
        broken: why it, one of several in a delivery, can't be read, as `Unreadable` says it: it is kept in quarantine alone,
            and the others come in. Empty where it can.
        aside: why it is no sign of interest of anybody, such as the sum below a list: it is rejected and nobody has to look at
            it, but whoever brought it is told. As `broken`; empty for what tells something.
        consents: what the person said about being contacted. A message that says so says nothing else: no lead comes of it, and
            it counts for everybody whom its number or address stands for.
    """

    key: str = ""
    native_id: str = ""
    system: str = ""
    kind: EnvelopeKind = EnvelopeKind.LEAD
    listed: bool = False
    at: datetime | None = None
    revised_at: datetime | None = None
    contacts: tuple[Contact, ...] = ()
    customer: Mapping[str, Any] = NOTHING
    lead: Mapping[str, Any] = NOTHING
    interaction: Mapping[str, Any] = NOTHING
    remarks: tuple[str, ...] = ()
    unclear: Mapping[str, str] = NOTHING
    awaits: bool = False
    answers: tuple[str, ...] = ()
    broken: str = ""
    aside: str = ""
    consents: tuple[ConsentSaid, ...] = ()


class Unreadable(Exception):  # noqa: N818  # it is no fault of ours
    """
    Raised by a channel's `parse` for a delivery that it can't read.

    Args:
        reason: why: a key of the plugin's words, `reason.no_prospect`, or a `Reason` where they name something. Other text is
            shown as it is, quoted.
        foreign: whether it is nothing of this channel at all, so that it is rejected; else it is kept in quarantine.
        known: whether it is one of this channel for sure, however broken: what it came in, a mail with other leads, is then kept
            in quarantine as a whole.
    """

    def __init__(self, reason: str, *, foreign: bool = False, known: bool = False) -> None:
        super().__init__(shown(reason))
        self.reason = reason
        self.foreign = foreign
        self.known = known


class OptionKind(StrEnum):
    """What an option of a channel holds; a `SECRET` is a text that comes from the environment or a file and is never shown."""

    TEXT = "text"
    INTEGER = "integer"
    TRUTH = "truth"
    TEXTS = "texts"
    TABLE = "table"
    SECRET = "secret"  # noqa: S105  # a kind, no password


@attrs.frozen(kw_only=True)
class ChannelOption:
    """
    Something that a connection of the channel can be told in `[intake.NAME]`.

    Attributes:
        name: the key; its words are the message `option.CHANNEL.NAME` of the plugin.
        kind: what it holds. The value of a secret `token` is named by `token_env` (a variable) or `token_file`.
        default: its value where nobody said; None for none.
        required: whether a connection can't do without.
        choices: what a text may be; empty for anything.
        least: how small an integer may be; None for any.
        several: whether a secret may be several with blanks between them, while it is changed at the provider.
    """

    name: str
    kind: OptionKind = OptionKind.TEXT
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    several: bool = False


@attrs.frozen(kw_only=True)
class Connection:
    """
    A connection of a channel as it is configured.

    Attributes:
        name: its name; deliveries of two connections are never the same.
        source: the code of `source` for leads that name none.
        options: option → value, with the defaults; secrets in plain.
        zone: of times that name none, an IANA name.
        joins: whether a sign of interest of somebody whose lead is pursued belongs to that lead, and begins none of its own.
        seconds: for how long its provider is asked at a time.
        bearer: the token that requests show, beside whatever the channel asks for; None for none.
        per_address: how many requests a minute are taken from one address; 0 for any number.
        per_minute: how many are taken in all; 0 for any number.
        most_envelopes: of one delivery; a list with more is to be imported, anything else to be split.
        again: seconds within which equal bytes of a request are the same; see `Channel.recurs`.
        most_awaited: leads whose details one errand asks for; the others are those of the next.
    """

    name: str
    source: str | None = None
    options: Mapping[str, Any] = attrs.field(default=NOTHING, repr=False)
    zone: str = "UTC"
    joins: bool = True
    seconds: int = 60
    bearer: str | None = attrs.field(default=None, repr=False)
    per_address: int = 0
    per_minute: int = 0
    most_envelopes: int = 10_000
    again: int = 0
    most_awaited: int = 1_000


@attrs.frozen(kw_only=True)
class Reply:
    """
    What the sender of a request is answered.

    Attributes:
        status: of HTTP.
        body: the bytes.
        content_type: what they are.
        headers: what else is said beside them.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = NOTHING


def _welcome(_: Delivery, __: Connection) -> str:
    """Take a delivery for authentic: its way here vouches for it."""
    return ""


@attrs.frozen(kw_only=True)
class Channel:
    """
    A way by which signs of interest reach us.

    Everything it does is a function of what it is given: nothing here opens a file, a socket or a database, looks at a clock, or
    keeps anything between calls. What it fetches, it fetches by the `Network` that it is given, in a process of its own; so
    `fetch` and `complete` are functions of a module, which can be found there by their names.

    Attributes:
        code: unique over all plugins; its title is the message `channel.CODE` of the plugin.
        source: the code of `source` for its leads where neither envelope nor connection names one.
        contact: the code of `contact_channel` by which the person spoke, where the envelope doesn't say.
        parse: returns the envelopes of a delivery, in order; none where it tells of nobody. It raises `Unreadable` for bytes that
            it can't read; any other exception counts as that, and names the plugin.
        verify: returns "" for an authentic delivery, else why it isn't, as `Unreadable` says it, for the operator's eyes only. It
            is called before `parse`, on the bytes as they came, and compares in constant time. A delivery without a `method` was
            handed in by one of us, who vouches for it.
        challenge: answers a request that is a question whether we are there, and no delivery; None where it is none.
        redact: returns the bytes as they are kept, without the secrets in them; None to keep them as they came. Headers and query
            are kept without the secrets of the connection in any case.
        respond: makes the answer to a request of what became of it: no outcomes where it is kept and still to be read, `REJECTED`
            where it is not authentic. What comes again is answered as it was the first time. None for an empty 200, 401 or 422.
        reads_first: whether `respond` needs the outcomes, so that a request is read before it is answered; it is answered without
            them where that takes too long. Others are answered when they are kept.
        tell: makes the answer to a request that showed the token of its connection, `bearer`, of what came of it, envelope by
            envelope; of nothing where it is still to be read, which is tried first, and given up where it takes too long. Who
            shows no such token, or a wrong one, is answered by `respond`.
        needs_bearer: whether requests have to show that token: a connection without one is served to nobody.
        options: what connections can be told.
        transports: how deliveries come: `file`, `http`, `mail`, `poll`.
        most_bytes: larger deliveries are rejected unread, where a connection doesn't say.
        marks: names of headers, in lower case, and of parameters of the address, behind a `?`, by which deliveries of equal bytes
            are told apart.
        recurs: seconds within which equal bytes of a request are the same, where a connection doesn't say. Later they are another
            delivery: what they name by a key, a number or a time, or list, is known for ever, and anything else is said anew. 0
            to know the bytes themselves for ever.
        fetch: asks the provider for what is new since a cursor, "" for the first time, and yields it in parts, the oldest first.
            Each part is kept together with its cursor, in one transaction: what was not kept is fetched again. So a part says how
            far one has come with it, and no further; and the same thing fetched again is the same bytes. Behind the `yield` of a
            part it is kept.
        complete: asks the provider for the details of leads, by their `native_id`, and yields them; called for those whose
            envelope `awaits` them, until an envelope of the same number does not, or the provider says that they are gone.
        polled_with: the option without which a connection is not polled; empty where each can be.
        split: takes a file of many deliveries apart, such as an mbox.
        unwrap: returns what is inside a delivery, for channels that read it where it comes by mail. Where one can, its envelopes
            stand for the delivery.
        per_address: how many requests a minute a connection takes from one address, where it doesn't say; 0 for any number.
        per_minute: how many it takes in all.
        snippet: returns the HTML that a page of ours takes in to send to a connection, of the connection, its address, and the
            language; None where pages don't.
        address: returns where a printed code of a campaign leads to, given the campaign's code; empty where the connection does
            not say.
        render: writes envelopes as the provider would, so that `parse` reads the same; None where nothing is sent this way. They
            are made of leads as they are kept: `tel` as +8613800138000, `interests` a tuple, `expected_on` a day, and `native_id`
            as `parse` gave it for leads of the connection, `SYSTEM:NUMBER` or `patron:ID` for others.
        joins: what `joins` of a connection is where it doesn't say: False where an envelope is a lead, and no sign of interest.
        threads: whether its envelopes answer one another (`Envelope.answers`). The deliveries of a connection are then brought in
            one after the other.
        unsubscribe: returns the query of the address of a connection at which somebody says that they want no more, of their
            contact, what they say there, and the connection; the same for the same. None where nobody says so by this channel.
    """

    code: str
    source: str
    contact: str
    parse: Callable[[Delivery, Connection], Sequence[Envelope]]
    verify: Callable[[Delivery, Connection], str] = _welcome
    challenge: Callable[[Delivery, Connection], Reply | None] | None = None
    redact: Callable[[bytes], bytes] | None = None
    respond: Callable[[Delivery, Connection, Sequence[Outcome]], Reply] | None = None
    reads_first: bool = False
    tell: "Callable[[Delivery, Connection, Sequence[Told]], Reply] | None" = None
    needs_bearer: bool = False
    options: tuple[ChannelOption, ...] = ()
    transports: tuple[str, ...] = ("file", "http")
    most_bytes: int = 2**20
    marks: tuple[str, ...] = ()
    recurs: int = 600
    fetch: "Callable[[str, Connection, Network], Iterator[Fetched]] | None" = None
    complete: "Callable[[Sequence[str], Connection, Network], Iterator[Fetched]] | None" = None
    polled_with: str = ""
    split: Callable[[BinaryIO], Iterator[bytes]] | None = None
    unwrap: Callable[[Delivery, Connection], Sequence[Delivery]] | None = None
    address: "Callable[[str, Connection], str] | None" = None
    render: Callable[[Sequence[Envelope], Connection], bytes] | None = None
    per_address: int = 0
    per_minute: int = 0
    snippet: Callable[[Connection, str, str], str] | None = None
    joins: bool = True
    threads: bool = False
    unsubscribe: Callable[[Contact, ConsentSaid, Connection], str] | None = None

    @property
    def authenticates(self) -> bool:
        """Whether the channel can tell who sends; else its way here has to vouch for a delivery."""
        return self.verify is not _welcome
