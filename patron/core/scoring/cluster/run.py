"""
The use case `score_on_cluster`: from a partitioned Parquet dataset to a partitioned dataset of every customer scored.

The client leads and counts; customers never come to it. It sends what is to be done and marks between customers; it is sent
accounts of rows, counts, sums and marks. What a worker finished stands in files or can be made again, so a worker may die.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import attrs

from patron.core.errors import CapacityError, UsageError
from patron.core.money import LARGEST, to_text
from patron.core.records import ScoreRun
from patron.core.scoring.aggregate import LINES_EACH
from patron.core.scoring.cluster import adding, exchange
from patron.core.scoring.cluster.adding import Added, Described, Merged
from patron.core.scoring.cluster.arrays import Segment
from patron.core.scoring.cluster.crew import Crew, Held
from patron.core.scoring.cluster.dataset import Dataset
from patron.core.scoring.cluster.output import publish, write_range
from patron.core.scoring.cluster.questions import Answer, spread_of
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.cluster.talk import (
    Answers,
    Part,
    Ranks,
    RankScript,
    Reply,
    Request,
    ScoreScript,
    Script,
    converse,
    spread_step,
)
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.factors import FactorPlan, plan_factors
from patron.core.scoring.features import DAY_COLUMNS
from patron.core.scoring.purchase_days import DAY_BYTES
from patron.core.scoring.reading import Reading
from patron.core.scoring.run import check_command, line_rules, run_parameters
from patron.core.scoring.summary import PartSummary, part_summary, summarise
from patron.core.session import Session
from patron.kernel.aggregate import MOST_BUCKETS


@attrs.frozen(kw_only=True)
class Sizes:
    """
    Into how many pieces the work is cut; what comes out does not depend on it.

    Attributes:
        group_rows: lines that are added up before their sums are written.
        part_customers: customers of a part, about.
        range_customers: customers of a file of scores, at most.
    """

    group_rows: int = 20_000_000
    part_customers: int = 250_000
    range_customers: int = 1_000_000


class _Taken(NamedTuple):
    """What was taken from the lines: the parts, and what is told of all customers."""

    parts: list[Held]
    merged: Merged
    described: Described


def score_on_cluster(
    session: Session, command: ScoreCommand, dataset: Dataset, output: Storage, crew: Crew, sizes: Sizes | None = None
) -> ScoreRun:
    """
    Score every customer of a dataset.

    Args:
        session: the clock, the settings, the plugins.
        command: what to read and how; the inputs that it names are not looked at.
        dataset: what is read.
        output: the folder that takes the scores; every worker reads and writes there.
        crew: the workers.
        sizes: into how many pieces the work is cut.

    Raises:
        UsageError: the command contradicts itself, names what the input does not have, or a factor can't be computed in parts.
        InputError: the input can't be read, or no row of it counts.
        OutputError: the scores can't be written; of earlier ones nothing is lost.
        CapacityError: there is more money or there are more customers than can be held.
        PluginError: a plugin failed.
    """
    started = session.clock.elapsed()
    check_command(command)
    plan = plan_factors(session.host, session.settings, command.extras)
    check_plan(plan)
    with output.made(), output.for_work() as work:
        job = _Job(session, attrs.evolve(command, inputs=()), dataset, crew, work, sizes or Sizes())
        run = job.score(plan, lambda: round(session.clock.elapsed() - started, 3))
        publish(work, output)
        return run


def check_plan(plan: FactorPlan) -> None:
    """
    Refuse factors that need all customers at once.

    Raises:
        UsageError: there is one.
    """
    whole = [planned.owned for planned in plan.factors if not planned.owned.item.in_parts]
    if whole:
        key = "cluster.whole_extra" if whole[0].item.optional else "cluster.whole_factor"
        raise UsageError(key, factor=whole[0].item.code, plugin=whole[0].plugin)


class _Job:
    """One scoring."""

    def __init__(
        self, session: Session, command: ScoreCommand, dataset: Dataset, crew: Crew, work: Storage, sizes: Sizes
    ) -> None:
        self._session = session
        self._command = command
        self._dataset = dataset
        self._crew = crew
        self._work = work
        self._sizes = sizes
        self._reading = Reading(session, command, dataset.source)
        self._rules = line_rules(command, self._reading.as_of, session.settings.score.recent_months)
        self._words = session.t

    def score(self, plan: FactorPlan, seconds: Any) -> ScoreRun:
        """Do everything, and return the run."""
        taken = self._take(with_days=plan.reads(DAY_COLUMNS))
        rows = self._reading.rows(without_order=taken.merged.without_order)
        groups, top = self._command.groups, self._session.settings.score.top_percent
        ranges, ranked = self._rank(taken)
        known = taken.described.known.union(known_of(ranked))
        script = ScoreScript(taken.merged.customers, known, plan, self._spread_columns, top)
        answers = self._converse(script, ranges)
        told = self._crew.ask(tell, ranges, script, answers, self._command.by, groups)
        run = summarise(
            told.summary,
            *(spread_of(answers[spread_step(name)][0], top) for name in self._spread_columns),
            by=self._command.by,
            top=top,
            rows=rows,
            parameters=run_parameters(self._command, plan, self._session.settings),
            as_of=self._reading.as_of,
            zone=self._reading.zone,
            currency=self._reading.currency,
            digest=taken.described.digest.finish(),
            composites=told.composites,
            seconds=0.0,
        )
        self._crew.each(write_range, ranges, script, answers, run, self._work, what=self._words("cluster.writing"))
        return attrs.evolve(run, seconds=seconds())

    @property
    def _spread_columns(self) -> tuple[str, ...]:
        return ("monetary", *(["margin"] if self._command.cost is not None else []))

    def _take(self, *, with_days: bool) -> _Taken:
        """Add the lines up, and merge the customers of each part."""
        units = self._dataset.units()
        rows = sum(unit.rows for unit in units)
        hands = self._crew.hands
        parts = self._parts(rows // LINES_EACH, hands)
        group_rows = self._sizes.group_rows
        if with_days:
            group_rows = min(group_rows, max(1, self._crew.memory // (2 * DAY_BYTES)))
        groups = adding.grouped(units, max(hands, math.ceil(rows / group_rows)))
        jobs_of_groups = [attrs.evolve(job, with_days=with_days) for job in self._addings(groups, parts)]
        added = self._crew.run(adding.add_lines, jobs_of_groups, self._words("score.reading"))
        self._check_capacity(added)
        for each in added:
            self._reading.absorb(each.noted, each.numbers)
        self._reading.rows()  # where no row counts, that is all there is to say
        command, reading = self._command, self._reading
        with_cost, with_discount = command.cost is not None, command.discount is not None
        jobs = [
            adding.Merging(
                sources=adding.segments(((each.name, each.places) for each in added), part),
                rules=self._rules,
                text_ids=reading.text_ids,
                with_extra=with_cost or with_discount,
                memory=self._crew.memory,
                work=self._work,
                day_sources=self._day_segments(added, part) if with_days else None,
            )
            for part in range(parts)
        ]
        customers = self._crew.hold(adding.merge_customers, jobs)
        merged = self._crew.ask(adding.tell_merged, customers)
        integers = reading.text_ids and reading.plain_integers and merged.plain
        make = partial(adding.make_part, integers=integers, as_of=reading.as_of, with_cost=with_cost, with_discount=with_discount)
        held = self._crew.hold(make, customers)
        return _Taken(held, merged, self._crew.ask(adding.describe, held))

    @staticmethod
    def _day_segments(added: Sequence[Added], part: int) -> tuple[Segment, ...]:
        return adding.segments(((adding.day_file(each.name), each.day_places) for each in added), part)

    def _addings(self, groups: Sequence[tuple[adding.Unit, ...]], parts: int) -> list[adding.Adding]:
        reading = self._reading
        return [
            adding.Adding(
                name=f"group-{number}.sums",
                units=group,
                columns=attrs.evolve(
                    reading.mapping,
                    currency={unit.name: column for unit in group if (column := reading.mapping.currency.get(unit.name))},
                ),
                command=self._command,
                as_of=reading.as_of,
                zone=reading.zone,
                text_columns=reading.text_columns,
                rules=self._rules,
                parts=parts,
                memory=self._crew.memory,
                work=self._work,
            )
            for number, group in enumerate(groups)
        ]

    def _parts(self, customers: int, hands: int) -> int:
        wanted = max(hands, customers // self._sizes.part_customers)
        return min(1 << (wanted - 1).bit_length(), MOST_BUCKETS)

    def _check_capacity(self, added: Sequence[Added]) -> None:
        for measure in ("cost", "discount"):
            if sum(each.magnitudes["amount"] + each.magnitudes[measure] for each in added) > LARGEST:
                raise CapacityError("score.too_much_money", largest=to_text(LARGEST))

    def _converse(self, script: Script, parts: Sequence[Held]) -> Answers:
        def ask(request: Request) -> Reply:
            if request.tallies:
                return self._crew.ask_and_finish(Part.reply, parts, Reply.finish, script, request)
            return self._crew.ask(Part.reply, parts, script, request)

        with self._session.reporter.progress(self._words("cluster.counting"), None):
            return converse(script, ask)

    def _rank(self, taken: _Taken) -> tuple[list[Held], Answer]:
        """Bring the customers together by rank; return the ranges, and what is known of the ranking."""
        customers, by = taken.merged.customers, self._command.by
        ranges = max(self._crew.hands, math.ceil(customers / self._sizes.range_customers))
        ranks = Ranks(self._command.groups, max(1, math.ceil(customers / ranges)))
        answers = self._converse(RankScript(customers, by, ranks), taken.parts)
        (ranked,), (rest,) = answers["ranked"], answers["rest"]
        groups = len(ranks.group_ends(ranked.customers))
        ends, others = ranked.found[groups:], rest.found[min(1, rest.customers) :]
        division = exchange.Division(
            by=by, ranked=tuple(found.mark for found in ends), rest=tuple(found.mark for found in others), work=self._work
        )
        places = self._crew.each(exchange.divide, taken.parts, division, what=self._words("cluster.exchanging"))
        together = self._command.ties == "together"
        ranking = exchange.Ranking(
            form=taken.described.form,
            text_ids=taken.described.text_ids,
            as_of=self._reading.as_of,
            by=by,
            total=ranked.total,
            groups=self._command.groups,
            group_ends=tuple(ranks.group_ends(ranked.customers)),
            group_keys=tuple(int(found.mark[0]) for found in ranked.found[:groups] if found.mark) if together else None,
            work=self._work,
        )
        files = [(exchange.range_file(part), each) for part, each in enumerate(places)]
        before = [(0, 0), *((found.customers, found.total) for found in ends)]
        jobs = [
            exchange.Range(
                ranking=ranking,
                sources=adding.segments(files, number),
                ranked=number < len(ends),
                before=before[number][0] if number < len(ends) else ranked.customers,
                total_before=before[number][1] if number < len(ends) else ranked.total,
            )
            for number in range(len(ends) + len(others))
        ]
        return self._crew.hold(exchange.bring_together, jobs), ranked


def known_of(ranked: Answer) -> tuple[str, ...]:
    """Return the columns of the ranking in which somebody has a value."""
    if not ranked.customers:
        return ()
    return ("rank", "decile", *(["cumulative_share"] if ranked.total > 0 else []))


class Told(NamedTuple):
    """
    What is told of the customers of ranges.

    Attributes:
        summary: of them.
        composites: the scorecards, which are the same for all.
    """

    summary: PartSummary
    composites: dict[str, Any]

    def merge(self, other: "Told") -> "Told":
        """Return what is told of both."""
        return Told(self.summary.merge(other.summary), self.composites)


def tell(part: Part, script: ScoreScript, answers: Answers, by: str, groups: int) -> Told:
    """Tell of the customers of a range."""
    table = part.scored(script, answers)
    decile = table["decile"]
    summary = part_summary(table, table[by], decile.values, groups)  # type: ignore[arg-type]  # a score is unsigned
    return Told(summary, script.scorecards(table, answers))
