"""
The talk between the client and the parts: scripts, requests, replies.

A part works a script off as far as it comes without an answer, and replies what it has to ask; the client finds the answers by
counts of all parts (`search`), and the parts come further. Every request carries all answers so far: a part that was lost and
made anew catches up by itself, so that it does not matter which worker holds it or whether one dies.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, NamedTuple, Protocol

import attrs
import numpy as np

from patron.core.host import blame
from patron.core.records import Column, FeatureTable
from patron.core.scoring.cluster.ordered import Mark, Ordered, known_rows
from patron.core.scoring.cluster.questions import Answer, PartPopulation, Question, Spread, Tallied, Wish
from patron.core.scoring.cluster.search import Border, Interval, Search
from patron.core.scoring.factors import FactorPlan, PlannedFactor, apply_factor, asked_of, scorecards
from patron.core.scoring.history import history_columns
from patron.kernel.tally import Tally

Columns = Mapping[str, Column]
Answers = Mapping[str, tuple[Answer, ...]]


class Note(NamedTuple):
    """A question, with what the customers of a part are in its order and sum up to; those of several parts add up."""

    wish: Wish
    customers: int
    total: int
    whole: int

    def merge(self, other: "Note") -> "Note":
        """Return the question of both parts."""
        return Note(self.wish, self.customers + other.customers, self.total + other.total, self.whole + other.whole)


class Counts(NamedTuple):
    """For each mark how many customers are not behind it, and what they sum up to."""

    counts: list[int]
    sums: list[int]

    def merge(self, other: "Counts") -> "Counts":
        """Return the counts of both parts."""
        return Counts(
            [one + more for one, more in zip(self.counts, other.counts, strict=True)],
            [one + more for one, more in zip(self.sums, other.sums, strict=True)],
        )


class Marks(NamedTuple):
    """For each interval some marks."""

    marks: list[list[Mark]]

    def merge(self, other: "Marks") -> "Marks":
        """Return the marks of both parts."""
        return Marks([[*one, *more] for one, more in zip(self.marks, other.marks, strict=True)])


class Alike(NamedTuple):
    """
    The customers of a part, or of several, who are alike.

    Attributes:
        tally: who.
        make: is given them when all parts are together.
        guard: holds while it runs, and says whose it is.
    """

    tally: Tally
    make: Callable[..., Any]
    guard: "Guard"

    def merge(self, other: "Alike") -> "Alike":
        """Return the customers of both parts."""
        return self._replace(tally=self.tally.merge(other.tally))

    def finish(self) -> "Made":
        """Return what is made of them."""
        with self.guard():
            return Made(self.make(*self.tally.columns, counts=self.tally.counts))


class Made(NamedTuple):
    """What was made of all who are alike."""

    result: Any

    def merge(self, other: "Made") -> "Made":
        """Return what was made: there is one for all parts."""
        return self


Guard = Callable[[], AbstractContextManager[None]]
Said = Counts | Marks | Alike | Made


class Request(NamedTuple):
    """
    What all parts are asked.

    Attributes:
        answers: step → what its questions were answered.
        intervals: step → of its question, between which marks to say some.
        marks: step → of its question, the marks to count.
        tallies: steps whose question is who is alike.
    """

    answers: Answers
    intervals: Mapping[str, Sequence[Interval]]
    marks: Mapping[str, Sequence[Mark]]
    tallies: frozenset[str] = frozenset()


class Reply(NamedTuple):
    """
    What a part, or several together, reply.

    Attributes:
        notes: step → the question that it waits for, where the client does not know it.
        said: step → counts or marks.
    """

    notes: Mapping[str, Note]
    said: Mapping[str, Said]

    def merge(self, other: "Reply") -> "Reply":
        """Return the reply of both parts."""
        return Reply(
            {step: note.merge(other.notes[step]) for step, note in self.notes.items()},
            {step: said.merge(other.said[step]) for step, said in self.said.items()},  # type: ignore[arg-type]  # of one kind
        )

    def finish(self) -> "Reply":
        """Return the reply of all parts: in place of those who are alike, what is made of them."""
        return self._replace(said={step: said.finish() if isinstance(said, Alike) else said for step, said in self.said.items()})


class Step(NamedTuple):
    """
    A piece of a script.

    Attributes:
        code: its name.
        waits: the steps before it whose columns it reads.
        run: makes columns of the table, maybe with questions.
        guard: holds while what it asked for is made elsewhere.
    """

    code: str
    waits: frozenset[str]
    run: Callable[[FeatureTable, PartPopulation], Columns]
    guard: Guard = nullcontext


class Script(Protocol):
    """What the parts are to do; travels to them."""

    @property
    def customers(self) -> int:
        """How many there are in all parts."""

    @property
    def known(self) -> frozenset[str]:
        """The columns of which is known that somebody has a value."""

    def steps(self) -> Sequence[Step]:
        """Return the pieces, in order."""

    def finish(self, table: FeatureTable) -> FeatureTable:
        """Return the customers of a part, with the columns of all steps, with what comes last."""


@attrs.frozen
class Ranks:
    """
    Looks for the last customer of every group, and for the last one of every range of ranks.

    Attributes:
        groups: how many groups.
        range_rows: customers of a range.
    """

    groups: int
    range_rows: int

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the ranks; a group without customers has none."""
        ends = self.group_ends(customers)
        return [Border(end) for end in (*ends, *self.range_ends(customers))]

    def group_ends(self, customers: int) -> list[int]:
        """Return the rank of the last customer of each group that has one."""
        groups = min(self.groups, customers)
        whole, more = divmod(customers, self.groups)
        return [whole * number + min(number, more) for number in range(1, groups + 1)]

    def range_ends(self, customers: int) -> list[int]:
        """Return the rank of the last customer of each range."""
        return [*range(self.range_rows, customers, self.range_rows), *([customers] if customers else [])]


@attrs.frozen
class RankScript:
    """
    Ranks the customers: those with a value of the measure by it, the others by id.

    Attributes:
        customers: how many there are in all parts.
        by: the measure.
        ranks: what is looked for.
    """

    customers: int
    by: str
    ranks: Ranks
    known: frozenset[str] = frozenset()

    def steps(self) -> Sequence[Step]:
        """Return both orders."""
        return [
            Step("ranked", frozenset(), lambda table, population: self._ask(table, population, ranked=True)),
            Step("rest", frozenset(), lambda table, population: self._ask(table, population, ranked=False)),
        ]

    def finish(self, table: FeatureTable) -> FeatureTable:
        """Return the table as it is."""
        return table

    def _ask(self, table: FeatureTable, population: PartPopulation, *, ranked: bool) -> Columns:
        ranks = self.ranks if ranked else attrs.evolve(self.ranks, groups=1)
        population.answer(ranks, lambda: rank_order(table, self.by, ranked=ranked))
        return {}


def rank_order(table: FeatureTable, by: str, *, ranked: bool) -> Ordered:
    """Return the customers of a part that have a value of the measure, best first; or the others, by id."""
    missing = table[by].missing
    if ranked:
        rows = None if missing is None else np.flatnonzero(~missing)
        return Ordered([table[by].integers()], rows, table.ids, with_sums=True)
    rows = np.flatnonzero(missing) if missing is not None else np.empty(0, np.int64)
    return Ordered([np.zeros(len(table), np.int64)], rows, table.ids)


@attrs.frozen
class ScoreScript:
    """
    Lets the factors score the customers, and asks how net sales and margin are spread over them.

    Attributes:
        customers: how many there are in all parts.
        known: the columns of which is known that somebody has a value.
        plan: the factors.
        spread: the columns of which is asked how they are spread.
        percent: which part of the customers is the best.
    """

    customers: int
    known: frozenset[str]
    plan: FactorPlan
    spread: tuple[str, ...]
    percent: int

    def steps(self) -> Sequence[Step]:
        """Return the factors in the order of the plan, and the questions."""
        factors = [self._factor(planned) for planned in self.plan.factors]
        cards = Step(SCORECARDS, frozenset(step.code for step in factors), self._fit)
        return [*factors, *(self._spread(name) for name in self.spread), cards]

    def finish(self, table: FeatureTable) -> FeatureTable:
        """Return the table with the columns that tell since when somebody has a tier."""
        return table.with_columns(history_columns(table, self.plan.tiers(), None))

    def scorecards(self, table: FeatureTable, answers: Answers) -> dict[str, Any]:
        """Return the scorecards of composite scores, as JSON has them, from the answers to their questions."""
        population = PartPopulation(table, self.customers, self.known, answers[SCORECARDS], {})
        return {name: card.to_json() for name, card in scorecards(self.plan, table, population).items()}

    def _fit(self, table: FeatureTable, population: PartPopulation) -> Columns:
        scorecards(self.plan, table, population)
        return {}

    def _factor(self, planned: PlannedFactor) -> Step:
        factor = planned.owned.item
        brought = {column.name: each.owned.item.code for each in self.plan.factors for column in each.owned.item.columns}
        waits = frozenset(brought[name] for name in (*factor.needs, *factor.uses) if name in brought) - {factor.code}

        def run(table: FeatureTable, population: PartPopulation) -> Columns:
            scored = apply_factor(table, planned, population)
            return {column.name: scored[column.name] for column in factor.columns}

        return Step(factor.code, waits, run, partial(blame, planned.owned.plugin, asked_of(factor)))

    def _spread(self, name: str) -> Step:
        def ask(table: FeatureTable, population: PartPopulation) -> Columns:
            values, missing = table[name].integers(), table[name].missing
            population.answer(Spread(self.percent), lambda: Ordered([values], known_rows(values, missing), with_sums=True))
            return {}

        return Step(spread_step(name), frozenset(), ask)


SCORECARDS = "scorecards of all"
"""The name of the step that fits scorecards; no factor has it."""


def spread_step(name: str) -> str:
    """Return the name of the step that asks how a column is spread; no factor has it."""
    return f"spread of {name}"


class Part:
    """
    Some customers, and how far they came in a script.

    Args:
        table: the customers.
    """

    def __init__(self, table: FeatureTable) -> None:
        self.table = table
        self._lock = threading.Lock()
        self._columns: dict[str, Columns] = {}
        self._orders: dict[str, dict[int, Ordered]] = {}
        self._waiting: dict[str, tuple[int, Question]] = {}

    def __reduce__(self) -> tuple[type["Part"], tuple[FeatureTable]]:
        """Travel as the customers alone; the rest comes again with the next request."""
        return Part, (self.table,)

    def reply(self, script: Script, request: Request) -> Reply:
        """Come as far as the answers allow, and reply."""
        with self._lock:
            questions = dict(self._work(script, request.answers))
            said: dict[str, Said] = {}
            for step, intervals in request.intervals.items():
                ordered = questions[step].ordered
                said[step] = Marks([ordered.between(*interval) for interval in intervals])
            for step, marks in request.marks.items():
                ordered = questions[step].ordered
                counts = ordered.places(marks)
                said[step] = Counts(counts, [ordered.sum_of(count) for count in counts])
            guards = {step.code: step.guard for step in script.steps()} if request.tallies else {}
            for code in request.tallies:
                said[code] = _alike(questions[code], guards[code])
            fresh = (step for step in questions if step not in said)
            return Reply({step: _note(questions[step]) for step in fresh}, said)

    def scored(self, script: Script, answers: Answers) -> FeatureTable:
        """Return the table with the columns of all steps."""
        with self._lock:
            list(self._work(script, answers))
            return script.finish(self._table([step.code for step in script.steps() if step.code in self._columns]))

    def _work(self, script: Script, answers: Answers) -> Iterator[tuple[str, Question]]:
        """Do what can be done, and return the questions that steps wait for."""
        before: list[str] = []
        for step in script.steps():
            if step.code not in self._columns and all(code in self._columns for code in step.waits):
                question = self._question(step, script, answers.get(step.code, ()), before)
                if question is not None:
                    yield step.code, question
            before.append(step.code)

    def _question(self, step: Step, script: Script, answers: Sequence[Answer], before: Sequence[str]) -> Question | None:
        """Do a step as far as the answers allow, and return what it asks then; None where it is done."""
        answered, question = self._waiting.get(step.code, (-1, None))
        if answered == len(answers):
            return question
        table = self._table([code for code in before if code in self._columns])
        orders = self._orders.setdefault(step.code, {})
        try:
            self._columns[step.code] = step.run(table, PartPopulation(table, script.customers, script.known, answers, orders))
        except Question as asked:
            self._waiting[step.code] = len(answers), asked
            return asked
        self._waiting.pop(step.code, None)
        del self._orders[step.code]
        return None

    def _table(self, steps: Sequence[str]) -> FeatureTable:
        columns = {name: column for step in steps for name, column in self._columns[step].items()}
        return self.table.with_columns(columns)


def _alike(question: Question, guard: Guard) -> Alike:
    if question.tally is None or not isinstance(question.wish, Tallied):
        raise TypeError(question.wish)
    return Alike(question.tally, question.wish.make, guard)


def _note(question: Question) -> Note:
    return Note(question.wish, len(question.ordered), question.total, question.whole)


def converse(script: Script, ask: Callable[[Request], Reply]) -> Answers:
    """
    Lead the talk until no part waits for an answer, and return all answers.

    Args:
        script: what the parts do.
        ask: lets all parts reply to a request, and returns the reply of all together, finished.
    """
    answers: dict[str, tuple[Answer, ...]] = {step.code: () for step in script.steps()}
    open_ones: dict[str, _Open] = {}
    while True:
        tallies = frozenset(step for step, each in open_ones.items() if each.tally)
        intervals = {step: each.intervals for step, each in open_ones.items() if not each.marks and not each.tally}
        marks = {step: each.marks for step, each in open_ones.items() if each.marks}
        reply = ask(Request(answers, intervals, marks, tallies))
        if not reply.notes and not reply.said:
            return answers
        for step, note in reply.notes.items():
            open_ones[step] = _Open(note)
        for step, said in reply.said.items():
            open_ones[step].hear(said)
        for step, each in list(open_ones.items()):
            if each.done:
                answers[step] += (Answer(*each.note[1:], each.search.found(), each.made),)
                del open_ones[step]


class _Open:
    """A question that is being answered: intervals or marks are asked for, or those who are alike."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.search = Search(note.customers, note.total, note.wish.borders(*note[1:]))
        self.intervals: Sequence[Interval] = self.search.intervals()
        self.marks: Sequence[Mark] = ()
        self.tally = isinstance(note.wish, Tallied)
        self.made: Any = None

    @property
    def done(self) -> bool:
        """Whether the answer is known."""
        return self.search.done and not self.tally

    def hear(self, said: Said) -> None:
        """Take what all parts said."""
        if isinstance(said, Made):
            self.made, self.tally = said.result, False
        elif isinstance(said, Counts):
            self.search.counted(self.marks, *said)
            self.intervals, self.marks = self.search.intervals(), ()
        elif isinstance(said, Marks):
            self.marks = self.search.marks(self.intervals, said.marks)
