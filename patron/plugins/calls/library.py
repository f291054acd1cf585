"""
The library of model calls (R094): what is worth listening to, about which topics and why.

A model call leaves the library when somebody withdraws it: a manager, or the one who speaks. It is hidden, whoever put it there,
when the customer does not want recordings to be used for training, or where that takes their yes and they have not said it; and
it goes with the recording.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from patron import Consent, Interaction, NotFoundError, OrderLine, Product, Reader, Session, UsageError, User
from patron.core.crm.records import values_of
from patron.core.nouns import fields_of
from patron.core.nouns.criterion import among
from patron.core.outreach import Stand, everything, standing
from patron.plugins.calls.queries import add_model, change_model, models, require_right, withdraw
from patron.plugins.calls.reviewing import require_call
from patron.plugins.calls.sampling import user_called
from patron.plugins.calls.tables import MODELS
from patron.plugins.calls.words import WORDS

TRAINING = "training"
"""The purpose that customers agree to, or don't."""


@attrs.frozen(kw_only=True)
class AddModel:
    """
    Put a call into the library.

    Attributes:
        call: the interaction.
        topics: what one learns from it, codes or labels of `topic`, separated by semicolons.
        why: what is good about it.
        product: the product that it is about, by its code.
    """

    call: int
    topics: str
    why: str
    product: str | None = None


@attrs.frozen(kw_only=True)
class AddedModel:
    """
    A call that is in the library now.

    Attributes:
        number: its number there.
        new: whether it did not stand there before.
    """

    number: int
    new: bool


@attrs.frozen(kw_only=True)
class ModelCall:
    """
    A model call.

    Attributes:
        number: its number in the library.
        call: the interaction.
        at: when the call was.
        rep: who speaks, by name.
        topics: what one learns from it.
        product: the product, by name; empty for none.
        why: what is good about it.
        seconds: how long it lasts.
        recording: where it is.
    """

    number: int
    call: int
    at: datetime
    rep: str
    topics: tuple[str, ...]
    product: str
    why: str
    seconds: int | None
    recording: str


def add_model_call(session: Session, command: AddModel) -> AddedModel:
    """
    Put a call into the library, and return its number there.

    A call stands there once: of one that does already, the topics, what is good about it, and a product that is named, change.

    Raises:
        UsageError: it is no call, has no recording, nothing is said of it, or the customer does not want it.
        NotFoundError, DeniedError, FieldError: the actor may not see it, or not put it there; a topic or the product is unknown.
    """
    why = command.why.strip()
    if not why:
        raise UsageError("calls.no_reason", catalogue=WORDS)
    with session.write(cause="call_model") as work:
        require_right(work, MODELS, "calls.may_not_add")
        call = require_call(work.get(Interaction, command.call))
        if call.recording is None:
            raise UsageError("calls.no_recording", catalogue=WORDS, id=call.id)
        if not _agreed(session, _said(work, [call.customer_id]).get(call.customer_id, ())):
            raise UsageError("calls.no_consent", catalogue=WORDS, id=call.customer_id)
        topics = _topics(session, work, command.topics)
        if not topics:
            raise UsageError("calls.no_topic", catalogue=WORDS)
        product = _product(session, work, command.product)
        about = {"topics": topics, "why": why, **({} if product is None else {"product_id": product})}
        there = change_model(work, call.id, about)
        added = {**about, "interaction_id": call.id, "at": work.now, "added_by_id": work.actor.user_id}
        number = add_model(work, added) if there is None else there
        work.commit()
    return AddedModel(number=number, new=there is None)


def model_calls(
    session: Session, *, topic: str | None = None, rep: str | None = None, product: str | None = None
) -> tuple[ModelCall, ...]:
    """
    Return the model calls that stand, the latest first.

    Args:
        session: the session.
        topic: about that topic, a code or a label of `topic`.
        rep: by that user, a login.
        product: about that product, a code.

    Raises:
        UsageError, FieldError: there is no such user, topic or product.
        DeniedError: the actor may not look into the library.
    """
    with session.read() as reader:
        about = {"rep": None if rep is None else user_called(reader, rep), "product": _product(session, reader, product)}
        wanted = set() if topic is None else set(_topics(session, reader, topic))
        found = [row for row in models(reader, **about) if wanted <= set(row.topics)]
        said = _said(reader, {row.customer_id for row in found})
        kept = [row for row in found if _agreed(session, said.get(row.customer_id, ()))]
        people = reader.names(User, (row.user_id for row in kept))
        goods = reader.names(Product, (row.product_id for row in kept))
    return tuple(
        ModelCall(
            number=row.id,
            call=row.interaction_id,
            at=row.called_at,
            rep=people.get(row.user_id, ""),
            topics=row.topics,
            product=goods.get(row.product_id, ""),
            why=row.why,
            seconds=row.duration_seconds,
            recording=row.recording,
        )
        for row in kept
    )


def withdraw_model(session: Session, number: int, reason: str) -> None:
    """
    Take a call out of the library.

    Raises:
        NotFoundError: it is not there, or not in reach.
        DeniedError: the actor may take out none.
    """
    with session.write(cause="call_model") as work:
        if not withdraw(work, number, reason.strip()):
            raise NotFoundError("calls.no_model", catalogue=WORDS, id=number)
        work.commit()


def _said(reader: Reader, customers: Iterable[int]) -> Mapping[int, Sequence[Consent]]:
    """Return customer → what they said about being contacted and recorded, whosever they are: the library keeps to it for all."""
    found: dict[int, list[Consent]] = {}
    for one in everything(reader).find(Consent, [among("customer_id", tuple(sorted(customers)))]):
        found.setdefault(one.customer_id, []).append(one)
    return found


def _agreed(session: Session, said: Iterable[Consent]) -> bool:
    """Say whether a customer's recording may be used for training: they did not say no, and said yes where that is asked for."""
    stand = standing(said, "phone", TRAINING, session.clock.now()).stand
    needed = TRAINING in session.settings.outreach.needs_consent
    return stand is Stand.GRANTED or (stand is Stand.UNKNOWN and not needed)


def _topics(session: Session, reader: Reader, written: str) -> tuple[str, ...]:
    topics: tuple[str, ...] = values_of(session, reader).value("interaction", fields_of(Interaction)["topics"], written)
    return topics


def _product(session: Session, reader: Reader, written: str | None) -> int | None:
    return None if written is None else values_of(session, reader).referred(fields_of(OrderLine)["product_id"], written)
