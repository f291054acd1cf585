"""
Use cases on score runs that are kept in the database: which there are, what one says, and why a customer has these scores.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from patron.core.nouns import Customer
from patron.core.records.run import ScoreRun
from patron.core.records.run_json import run_from_json
from patron.core.scoring.composites import Part, Scorecard
from patron.core.session import Session
from patron.core.store import NotFoundError, Reader
from patron.core.store.scores import Bounds, ScoreColumn, StoredRun, find_run, runs_of, scorecards_of, scores_of


@attrs.frozen(kw_only=True)
class Cause:
    """
    A value that decides a score.

    Attributes:
        name: the column.
        kind: what its values mean.
        value: the customer's.
        before: the customer's in the run before; None where there is none.
        least, greatest: between which values the customers lie who have the same score, as JSON has them; None where the run
            does not tell, or not this actor: only who may see the scores of all customers learns between whom one stands.
    """

    name: str
    kind: str
    value: object
    before: object = None
    least: object = None
    greatest: object = None


@attrs.frozen(kw_only=True)
class ExplainedScore:
    """
    One score of a customer and what decided it.

    Attributes:
        name: the column.
        kind: what its values mean.
        value: the customer's.
        before: the customer's in the run before; None where there is none.
        causes: what decided it.
        bounds: every value that the score can have → between which values its customers lie, for who asks what is missing; empty
            for who may not see the scores of all.
        parts: of a composite score, what each factor brought; they add up to it.
    """

    name: str
    kind: str
    value: object
    before: object = None
    causes: tuple[Cause, ...]
    bounds: Mapping[str, Bounds] = MappingProxyType({})
    parts: tuple[Part, ...] = ()


@attrs.frozen(kw_only=True)
class Explanation:
    """
    Why a customer has these scores.

    Attributes:
        customer_id: the customer.
        name: what the customer is called.
        run: whose scores they are.
        before: the published run before it, which it is compared with; None where none is kept.
        scores: each score that something decides.
    """

    customer_id: int
    name: str
    run: StoredRun
    before: StoredRun | None
    scores: tuple[ExplainedScore, ...]


def list_runs(session: Session) -> tuple[StoredRun, ...]:
    """
    Return every run that the database keeps, newest first; with what it says of all customers for who may see the scores of all.

    Raises:
        DeniedError: the actor may see no scores.
    """
    with session.read() as reader:
        return runs_of(reader)


def show_run(session: Session, code: str | None = None) -> tuple[StoredRun, ScoreRun]:
    """
    Return a published run and what it says of all customers.

    Args:
        session: the database.
        code: which; the one that readers see by default.

    Raises:
        NotFoundError: there is none.
        DeniedError: the actor may not see the scores of all customers.
    """
    with session.read() as reader:
        run = find_run(reader, code, whole=True)
    return run, run_from_json(json.loads(run.facts))


def explain(session: Session, customer_id: int, code: str | None = None) -> Explanation:
    """
    Say why a customer has these scores, and how they moved since the run before.

    Args:
        session: the database.
        customer_id: the customer.
        code: the run; the one that readers see by default.

    Raises:
        NotFoundError: there is no such run or customer, or no scores of the customer that the actor may see.
        DeniedError: the actor may see no scores.
    """
    with session.read() as reader:
        run = find_run(reader, code)
        customer = reader.get(Customer, customer_id)
        found = scores_of(reader, customer_id, run)
        if found is None:
            raise NotFoundError("score_run.not_scored", customer=customer_id, run=run.code)
        before = _before(reader, run)
        earlier = None if before is None else scores_of(reader, customer_id, before)
        cards = scorecards_of(reader, run)
    past: Mapping[str, object] = {} if earlier is None else earlier.values
    shown = {name: Scorecard.from_json(card) for name, card in cards.items() if name in found.values}
    parts = {name: card.score(found.values, run.as_of).parts for name, card in shown.items()}
    scores = tuple(
        attrs.evolve(_explained(column, run, found.values, past), parts=parts.get(column.name, ()))
        for column in run.columns
        if column.by
    )
    return Explanation(customer_id=customer_id, name=customer.name, run=run, before=before, scores=scores)


def _before(reader: Reader, run: StoredRun) -> StoredRun | None:
    """Return the last published run of the model before another."""
    older = (each for each in runs_of(reader) if each.model == run.model and each.number < run.number)
    return next((each for each in older if each.published_at is not None), None)


def _explained(column: ScoreColumn, run: StoredRun, values: Mapping[str, object], past: Mapping[str, object]) -> ExplainedScore:
    kinds = {each.name: each.kind for each in run.columns}
    ranges = column.bounds.get(str(values[column.name]), {})
    causes = []
    for name in column.by:
        least, greatest = ranges.get(name, (None, None))
        causes.append(
            Cause(name=name, kind=kinds[name], value=values[name], before=past.get(name), least=least, greatest=greatest)
        )
    return ExplainedScore(
        name=column.name,
        kind=column.kind,
        value=values[column.name],
        before=past.get(column.name),
        causes=tuple(causes),
        bounds=column.bounds,
    )
