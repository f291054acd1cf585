"""
Questions to the database: which calls can be drawn, which were, what was thought of them, and the model calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, and_, exists, func, select, update

from patron import Action, DeniedError, Reader, UnitOfWork
from patron.core.access import Scope
from patron.core.store.plugin_tables import CORE_TABLES, insert_rows, one_of
from patron.plugins.calls.tables import CHECKS, MODELS, REVIEWS, SAMPLES
from patron.plugins.calls.words import WORDS

_CALL = CORE_TABLES["interaction"]


def require_right(work: UnitOfWork, table: Table, key: str) -> None:
    """
    Refuse who may not add rows to a table of ours, in words that say what that means.

    Raises:
        DeniedError: the actor has no such right.
    """
    if work.policy.scope(work.actor, Action.CREATE, table.name) is Scope.NONE:
        raise DeniedError(key, catalogue=WORDS, actor=work.actor.login)


def candidates(
    reader: Reader, begin: datetime, end: datetime, *, least_seconds: int, reviewer: int | None
) -> Mapping[int, tuple[int, ...]]:
    """Return who called → the recorded calls of a time that nobody has drawn yet, in reach, and not the reviewer's own."""
    reader.concealed.require("interaction", ["recording"])
    query = (
        select(_CALL.c.user_id, _CALL.c.id)
        .where(
            reader.reach(Action.READ, "interaction"),
            _CALL.c.channel == "phone",
            _CALL.c.at >= begin,
            _CALL.c.at < end,
            _CALL.c.recording.is_not(None),
            _CALL.c.user_id.is_not(None),
            func.coalesce(_CALL.c.duration_seconds, least_seconds) >= least_seconds,
            ~exists().where(CHECKS.c.interaction_id == _CALL.c.id),
        )
        .order_by(_CALL.c.user_id, _CALL.c.id)
    )
    if reviewer is not None:
        query = query.where(_CALL.c.user_id != reviewer)
    found: dict[int, list[int]] = {}
    for rep, number in reader.connection.execute(query):
        found.setdefault(rep, []).append(number)
    return {rep: tuple(numbers) for rep, numbers in found.items()}


def add_sample(work: UnitOfWork, values: Mapping[str, Any], calls: Sequence[int]) -> int:
    """Store a sample and its calls, and return its number."""
    (sample,) = insert_rows(work, SAMPLES, [values])
    insert_rows(work, CHECKS, [{"sample_id": sample, "interaction_id": call} for call in calls])
    return sample


def sample_of(reader: Reader, number: int) -> Row[Any] | None:
    """Return a sample; None where there is none."""
    query = select(SAMPLES).where(SAMPLES.c.id == number, reader.reach(Action.READ, SAMPLES))
    return reader.connection.execute(query).one_or_none()


def drawn(reader: Reader, *, sample: int | None = None, reviewer: int | None = None, every: bool = False) -> Sequence[Row[Any]]:
    """
    Return (call, sample) of what was drawn, in reach, the latest sample first.

    Args:
        reader: the transaction.
        sample: of that sample alone.
        reviewer: of those that were drawn for that user.
        every: those that were reviewed, too.
    """
    query = select(CHECKS.c.interaction_id, CHECKS.c.sample_id).join(SAMPLES, SAMPLES.c.id == CHECKS.c.sample_id)
    query = query.where(reader.reach(Action.READ, CHECKS))
    if sample is not None:
        query = query.where(CHECKS.c.sample_id == sample)
    elif reviewer is not None:
        query = query.where(SAMPLES.c.reviewer_id == reviewer)
    if not every:
        query = query.where(~exists().where(REVIEWS.c.interaction_id == CHECKS.c.interaction_id))
    found: Sequence[Row[Any]] = reader.connection.execute(query.order_by(CHECKS.c.sample_id.desc(), CHECKS.c.id)).all()  # type: ignore[assignment]  # two columns
    return found


def add_review(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Store a review and return its number."""
    return insert_rows(work, REVIEWS, [values])[0]


def reviews_of(reader: Reader, calls: Iterable[int]) -> Mapping[int, tuple[Row[Any], ...]]:
    """Return call → its reviews in reach, the earliest first."""
    query = select(REVIEWS).where(one_of(REVIEWS.c.interaction_id, sorted(calls)), reader.reach(Action.READ, REVIEWS))
    found: dict[int, tuple[Row[Any], ...]] = {}
    for row in reader.connection.execute(query.order_by(REVIEWS.c.at, REVIEWS.c.id)):
        found[row.interaction_id] = (*found.get(row.interaction_id, ()), row)
    return found


def add_model(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Store a model call and return its number."""
    return insert_rows(work, MODELS, [values])[0]


def change_model(work: UnitOfWork, call: int, values: Mapping[str, Any]) -> int | None:
    """Say something else of a call that stands in the library, and return its number there; None where it does not stand."""
    # Two managers who add one call at once come one after the other.
    work.connection.execute(select(_CALL.c.id).where(_CALL.c.id == call).with_for_update())
    standing = and_(MODELS.c.interaction_id == call, MODELS.c.withdrawn_at.is_(None))
    number: int | None = work.connection.scalar(select(func.max(MODELS.c.id)).where(standing))
    if number is not None:
        work.connection.execute(update(MODELS).where(MODELS.c.id == number).values(**values))
    return number


def models(reader: Reader, *, rep: int | None = None, product: int | None = None) -> Sequence[Row[Any]]:
    """
    Return the model calls that stand, the latest first, each with what the call itself says.

    Who may look into the library may know when a call was, who spoke, and where the recording is, whosever the customer is.
    """
    call = (_CALL.c.at.label("called_at"), _CALL.c.user_id, _CALL.c.customer_id, _CALL.c.duration_seconds, _CALL.c.recording)
    query = select(MODELS, *call).join(_CALL, _CALL.c.id == MODELS.c.interaction_id)
    query = query.where(MODELS.c.withdrawn_at.is_(None), _CALL.c.recording.is_not(None), reader.reach(Action.READ, MODELS))
    if rep is not None:
        query = query.where(_CALL.c.user_id == rep)
    if product is not None:
        query = query.where(MODELS.c.product_id == product)
    return reader.connection.execute(query.order_by(MODELS.c.id.desc())).all()


def withdraw(work: UnitOfWork, number: int, why: str) -> bool:
    """Take a call out of the library by its number there, where it stands and is in reach; say whether it was."""
    standing = and_(MODELS.c.withdrawn_at.is_(None), work.reach(Action.UPDATE, MODELS))
    call = work.connection.scalar(select(MODELS.c.interaction_id).where(MODELS.c.id == number, standing))
    values = {"withdrawn_at": work.now, "withdrawn_why": why}
    change = update(MODELS).where(MODELS.c.interaction_id == call, standing).values(**values)
    return call is not None and work.connection.execute(change).rowcount > 0
