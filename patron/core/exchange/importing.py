"""
Importing a file: chunk by chunk, each in one transaction with the checkpoint, so that a killed import goes on where it was.
"""

import gc
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action, Scope
from patron.core.clock import checked_zone
from patron.core.crm.coming import end_of_today
from patron.core.errors import InputError, PatronError, UsageError
from patron.core.exchange.applier import Applier, Outcome, Setting, apply_each
from patron.core.exchange.asides import Asides, Sifted
from patron.core.exchange.asking import Questions
from patron.core.exchange.cells import CellReader
from patron.core.exchange.column import KINDS, Role
from patron.core.exchange.consents import ConsentApplier
from patron.core.exchange.customers import CustomerApplier
from patron.core.exchange.draft import Draft, DraftReader
from patron.core.exchange.interactions import InteractionApplier
from patron.core.exchange.leads import LeadApplier
from patron.core.exchange.mapping import ColumnMap, known_headings, map_columns
from patron.core.exchange.market import MarketApplier
from patron.core.exchange.orders import OrderApplier
from patron.core.exchange.plain import KeyedApplier, SpendApplier, TeamApplier
from patron.core.exchange.refusals import Refusals, reasons_of
from patron.core.exchange.rehearsal import Rehearsal, rehearsing
from patron.core.exchange.rejects import Rejects, batch_of
from patron.core.exchange.result import ImportCommand, ImportResult, Verdict
from patron.core.exchange.source import ChangedError, SourceFile, SourceRow, Steady, letters_of, open_rows
from patron.core.exchange.writing import CAUSE
from patron.core.files import check_target, same_place
from patron.core.matching.configured import model_of_settings
from patron.core.message import Message
from patron.core.names import listed
from patron.core.nouns import Batch, Campaign, FieldKind, Product, User
from patron.core.nouns.criterion import among, equal
from patron.core.nouns.systems import MAIN
from patron.core.resolving import UndecidedError
from patron.core.session import ProgressTask, Session
from patron.core.store import ConflictError, UnitOfWork
from patron.core.store.batches import hold_import

Listener = Callable[[Verdict], None]
"""Is told of every row as it is settled."""

_CHUNK = 1_000
_SHEETS = 5
"""Sheets that were left alone which are named, at most."""
_ABOVE = 5
"""Rows above the headings that are named, at most."""
_CHUNK_OF_ORDERS = 10_000
_HAPPENED = {"lead": "filed_at", "interaction": "at", "order": "ordered_at"}
"""Noun → the field that says when it happened."""
_UNSETTLED = (Outcome.REJECT, Outcome.ASK)

_APPLIERS: dict[str, Callable[[Setting], Applier]] = {
    "lead": LeadApplier,
    "customer": CustomerApplier,
    "interaction": InteractionApplier,
    "order": OrderApplier,
    "campaign": lambda setting: KeyedApplier(setting, Campaign),
    "product": lambda setting: KeyedApplier(setting, Product),
    "user": lambda setting: KeyedApplier(setting, User),
    "team": TeamApplier,
    "spend": SpendApplier,
    "market_figure": MarketApplier,
    "consent": ConsentApplier,
}


def import_file(session: Session, command: ImportCommand, listener: Listener | None = None) -> ImportResult:
    """
    Import a file of leads, customers, interactions, orders, campaigns, spends, market figures, products, users, teams, consents.

    The same file, read in the same way, is imported once: done before, nothing happens; interrupted before, it goes on.

    Args:
        session: the session of an actor who may import this kind.
        command: what and how.
        listener: is told what became of every row.

    Raises:
        InputError: the file can't be read, or has no rows.
        UsageError: the kind, a column or an option is wrong.
        DeniedError: the actor may not import this kind.
        ChangedError: the file is written, replaced or removed meanwhile; what is settled stays.
        ConflictError: another process is importing the same file.
        OutputError: refused rows can't be written.
        StoreError: the database can't be written; what is settled stays, and the same command goes on.
    """
    noun = KINDS.get(command.kind)
    if noun is None:
        raise UsageError("exchange.no_kind", kind=command.kind[:40], known=listed(KINDS))
    steady = Steady.of(command.path)
    vocabulary = session.records.vocabulary
    knows = known_headings(noun, vocabulary, command.wishes)
    options = attrs.evolve(command.options, heading_rows=session.settings.importing.heading_rows)
    source = open_rows(command.path, options, knows)
    try:
        first = next(rows := source.rows(), None)
        if first is None:
            raise InputError("exchange.header_alone", file=str(command.path), header=listed(source.header))
        column_map = map_columns(str(command.path), source.header, noun, vocabulary, command.wishes)
        if not column_map.places and not column_map.constants:
            key = "exchange.no_known_column_of_sheet" if source.sheets else "exchange.no_known_column"
            header, sheets = listed(source.header), listed(source.sheets)
            raise UsageError(key, file=str(command.path), header=header, sheet=source.sheet, known=sheets)
        return _Import(session, command, noun, source, steady, chain([first], rows), column_map, listener).run()
    finally:
        source.close()


class _Import:
    """One run."""

    def __init__(
        self,
        session: Session,
        command: ImportCommand,
        noun: str,
        source: SourceFile,
        steady: Steady,
        rows: Iterable[SourceRow],
        column_map: ColumnMap,
        listener: Listener | None,
    ) -> None:
        self._session = session
        self._command = command
        self._noun = noun
        self._source = source
        self._steady = steady
        self._rows = Sifted(rows, Asides(source.header, column_map, session.settings.importing))
        self._told_aside = 0
        self._later: list[int] = []
        self._map = column_map
        self._listener = listener
        self._zone = checked_zone(command.zone or session.settings.timezone)
        self._refusals = Refusals(source.header, column_map)
        self._last = 0
        self._rejects: Rejects | None = None
        self._weighs = noun in {"lead", "customer"} and command.likeness
        self._undecided = f"exchange.undecided{'_lead' if self._weighs else ''}"
        self._questions = Questions(
            file=command.path.name[-150:],
            header=source.header,
            column_map=column_map,
            system=command.system,
            zone=session.settings.timezone,
        )

    def run(self) -> ImportResult:
        """Import what is not settled yet."""
        if self._command.dry_run:
            with rehearsing(self._session, self._noun, self._source.size) as rehearsal:
                return self._run(self._new_batch(rehearsal.work()), rehearsal)
        if self._command.rejects is not None:
            if same_place(self._command.rejects, self._command.path):
                raise UsageError("exchange.same_file", path=self._command.rejects)
            check_target(self._command.rejects)
        digest = self._digest()
        self._steady.require()
        with self._session.write(cause=CAUSE) as work:
            self._require(work)
            hold_import(work.connection, self._noun, digest)
            same = [equal("digest", digest), equal("kind", self._noun), among("status", ("running", "done"))]
            # Of which nothing came in may come in now, when what its rows refer to is there.
            known = [batch for batch in work.find(Batch, same) if batch.status == "running" or batch.rejected < batch.checkpoint]
            batch = known[0] if known else self._new_batch(work, digest)
            work.commit()
        self._refusals.take_up(reasons_of(batch))
        if batch.status == "done":
            return self._result(batch, already=True)
        path = self._command.rejects or place_of_rejects(self._command.path, batch.id)
        self._rejects = Rejects(path, self._source.header, batch.id)
        return self._run(batch, None)

    def _require(self, work: UnitOfWork) -> None:
        """Refuse who may not import, or not read what a column would be compared with."""
        work.policy.require(work.actor, Action.IMPORT, self._noun)
        for column in (*(column for _, column in self._map.places), *(column for column, _ in self._map.constants)):
            if column.role is Role.VALUE and column.field is not None:
                work.concealed.require(column.part, [column.field.name])

    def _new_batch(self, work: UnitOfWork, digest: str = "-") -> Batch:
        self._require(work)
        name = self._command.path.name[-200:]
        batch = work.add(Batch(kind=self._noun, file=name, digest=digest, user_id=work.actor.user_id, started_at=work.now))
        work.batch_id = batch.id
        return batch

    def _run(self, batch: Batch, rehearsal: Rehearsal | None) -> ImportResult:
        self._tell()
        done = batch.checkpoint
        applier = _APPLIERS[self._noun](self._setting(batch))
        try:
            with self._progress() as task, _collecting_rarely():
                for drafts in self._chunks(applier, done, task):
                    with self._work_of_chunk(batch, rehearsal) as current:
                        settled = self._settle(current, applier, batch, drafts)
                    batch, self._last = settled, drafts[-1].line
            self._tell_aside()
            if rehearsal is None:
                batch = self._finish(batch)
        except BaseException as error:
            if rehearsal is None and not isinstance(error, ConflictError):
                self._tell_interrupted(batch, changed=isinstance(error, ChangedError))
            raise
        return attrs.evolve(self._result(batch, resumed_at=done), **attrs.asdict(applier.noticed(), recurse=False))

    def _settle(self, work: UnitOfWork, applier: Applier, batch: Batch, drafts: Sequence[Draft]) -> Batch:
        """Bring in a chunk, and move the checkpoint with it."""
        if work.lock(Batch, batch.id).version != batch.version:
            raise ConflictError("exchange.other_process", file=str(self._command.path), batch=batch.id)
        outcomes = self._asked(work, drafts, apply_each(applier, work, drafts))
        refused = []
        for draft, outcome in zip(drafts, outcomes, strict=True):
            asked = outcome is Outcome.ASK
            reasons = tuple([self._said(one, asked=asked) for one in draft.problems]) if outcome in _UNSETTLED else ()
            if outcome is Outcome.REJECT:
                self._refusals.count(draft, self._undecided)
                if self._rejects is not None:
                    refused.append(self._rejects.add(draft, " ".join(reasons)))
            if self._listener is not None:
                self._tell_aside(draft.line)
                self._listener(Verdict(row=draft.line, outcome=outcome, reasons=reasons))
        self._steady.require()
        if self._rejects is not None:
            self._rejects.write(refused)
        counts = Counter(outcomes)
        batch = work.update(
            batch,
            checkpoint=drafts[-1].number,
            created=batch.created + counts[Outcome.CREATE],
            updated=batch.updated + counts[Outcome.UPDATE],
            unchanged=batch.unchanged + counts[Outcome.UNCHANGED],
            rejected=batch.rejected + counts[Outcome.REJECT],
            asked=batch.asked + counts[Outcome.ASK],
            reasons=self._refusals.kept(),
        )
        work.commit()
        return batch

    def _asked(self, work: UnitOfWork, drafts: Sequence[Draft], outcomes: list[Outcome]) -> list[Outcome]:
        """Put the rows about which a person has to decide where they wait for it."""
        places = [place for place, outcome in enumerate(outcomes) if outcome is Outcome.ASK]
        if not places:
            return outcomes
        asked = [drafts[place] for place in places]
        reasons = [self._question(draft.problems[-1]) for draft in asked]
        for place, outcome in zip(places, self._questions.put(work, asked, reasons, keep=not self._command.dry_run), strict=True):
            outcomes[place] = outcome
        return outcomes

    def _finish(self, batch: Batch) -> Batch:
        self._steady.require()
        with self._session.write(cause=CAUSE) as work:
            batch = work.update(batch, status="done", finished_at=work.now)
            work.commit()
        return batch

    def _chunks(self, applier: Applier, done: int, task: ProgressTask) -> Iterator[list[Draft]]:
        """Return the rows that are not settled, so many at a time; the settled ones are only looked at."""
        settings, command = self._session.settings, self._command
        cells = CellReader(self._session.records.vocabulary, self._zone, settings.store.currency)
        drafts = DraftReader(self._map, cells, command.system or MAIN).drafts(self._rows)
        size = command.chunk or (_CHUNK_OF_ORDERS if self._noun == "order" else _CHUNK)
        when, today_ends = _HAPPENED.get(self._noun), self._today_ends()
        position = 0
        for draft in islice(drafts, done):
            applier.prepare(draft)
            self._last = draft.line
        if self._rejects is not None and done:
            self._rejects.take_up(self._last)
        while chunk := list(islice(drafts, size)):
            for draft in chunk:
                applier.prepare(draft)
                if when is not None and (at := draft.of(self._noun).get(when)) is not None and at >= today_ends:
                    self._later.append(draft.line)
            yield chunk
            # Nothing of the chunk is needed any more, and what is gone has not to be looked through.
            chunk.clear()
            gc.collect(0)
            task.advance(self._source.position - position)
            position = self._source.position

    @contextmanager
    def _work_of_chunk(self, batch: Batch, rehearsal: Rehearsal | None) -> Iterator[UnitOfWork]:
        if rehearsal is not None:
            yield rehearsal.work(batch.id)
            rehearsal.settle()
            return
        with self._session.write(cause=CAUSE, batch_id=batch.id) as own:
            yield own

    def _progress(self) -> AbstractContextManager[ProgressTask]:
        return self._session.reporter.progress(self._session.t(f"exchange.importing_{self._noun}"), self._source.size)

    def _setting(self, batch: Batch) -> Setting:
        return Setting(
            session=self._session,
            zone=ZoneInfo(self._zone),
            currency=self._session.settings.store.currency,
            system=self._command.system,
            started_at=batch.started_at,
            since=self._command.since,
            model=model_of_settings(self._session.settings) if self._weighs else None,
        )

    def _tell(self) -> None:
        """Say what should not go unnoticed."""
        source, t = self._source, self._session.t
        if source.above:
            told = [t("exchange.above", row=one.line, text=one.text) for one in source.above]
            self._session.reporter.notice(t("exchange.headings_below", row=source.heading_row, above=listed(told, _ABOVE)))
        if self._source.encoding not in {None, "utf-8", "utf-16"}:
            self._session.reporter.notice(self._session.t("exchange.read_as", encoding=self._source.encoding))
        if self._source.sheets and self._source.sheet != self._source.sheets[0] and self._command.options.sheet is None:
            self._session.reporter.notice(self._session.t("exchange.other_sheet", sheet=self._source.sheet))
        for sheet, rows in islice(self._source.others.items(), _SHEETS):
            self._session.reporter.notice(self._session.t("exchange.left_sheet", sheet=sheet, n=rows))
        if self._is_zone_unsaid():
            self._session.reporter.notice(t("exchange.zone_unsaid", zone=self._zone))
        if self._map.unknown:
            self._session.reporter.notice(self._session.t("exchange.unknown_columns", columns=listed(self._map.unknown)))

    def _today_ends(self) -> datetime:
        """Return from when on what is told to have happened is of a day that is still to come."""
        now, minutes = self._session.clock.now(), self._session.settings.importing.clock_minutes
        return end_of_today(now, ZoneInfo(self._zone), minutes)

    def _is_zone_unsaid(self) -> bool:
        """Say whether times of the first file that comes in are of a zone that nobody chose."""
        columns = [*(column for _, column in self._map.places), *(column for column, _ in self._map.constants)]
        timed = any(column.field is not None and column.field.kind is FieldKind.INSTANT for column in columns)
        if not timed or self._command.zone is not None or self._session.settings.is_said("timezone"):
            return False
        with self._session.read() as reader:
            imports = reader.policy.scope(reader.actor, Action.READ, "batch") is not Scope.NONE
            return not imports or reader.first(Batch, equal("status", "done")) is None

    def _tell_aside(self, line: int | None = None) -> None:
        """Tell the listener of the rows before one that were left out; of all where none is given."""
        found = self._rows.found
        while self._listener is not None and self._told_aside < len(found):
            one = found[self._told_aside]
            if line is not None and one.row > line:
                return
            self._told_aside += 1
            why = self._session.t(f"exchange.aside_{one.kind}", text=one.text)
            self._listener(Verdict(row=one.row, outcome=Outcome.LEAVE, reasons=(why,)))

    def _tell_interrupted(self, batch: Batch, *, changed: bool) -> None:
        """Say what stays of an import that doesn't come to its end, and how to go on or back."""
        came, about = batch.created + batch.updated + batch.unchanged, {"batch": batch.id, "row": f"{self._last:,}"}
        key = "exchange.interrupted_before"
        if batch.checkpoint:
            key = "exchange.interrupted_changed" if changed else "exchange.interrupted"
        self._session.reporter.notice(self._session.t(key, rows=f"{came:,}", **about))

    def _question(self, problem: PatronError) -> Message:
        if isinstance(problem, UndecidedError):
            problem.tell()
        return Message.of(problem)

    def _said(self, problem: PatronError, *, asked: bool = False) -> str:
        """Return what speaks against a row; of one that nobody is asked about, also what its author can do."""
        if not isinstance(problem, UndecidedError):
            return problem.message(self._session.t.lang)
        problem.tell()
        why = problem.message(self._session.t.lang)
        return why if asked else self._session.t(self._undecided, why=why.rstrip(".。"))

    def _digest(self) -> str:
        digest = hashlib.sha256()
        with self._command.path.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
        options = self._command.options
        said = [
            self._map.said(),
            self._command.system,
            self._zone,
            str(self._command.since),
            options.encoding,
            options.delimiter,
            options.sheet,
        ]
        said += [] if options.header_row is None else [f"row {options.header_row}"]
        said += [] if self._command.likeness else ["identities"]
        digest.update(json.dumps(said).encode())
        return digest.hexdigest()

    def _result(self, batch: Batch, *, already: bool = False, resumed_at: int = 0) -> ImportResult:
        return ImportResult(
            kind=self._command.kind,
            file=str(self._command.path),
            batch_id=None if self._command.dry_run else batch.id,
            dry_run=self._command.dry_run,
            already=already,
            resumed_at=resumed_at,
            encoding=self._source.encoding,
            sheet=self._source.sheet,
            rows=batch.checkpoint,
            blank=self._source.blank,
            asides=tuple(self._rows.found),
            later=len(self._later),
            later_row=next(iter(self._later), 0),
            untitled=tuple(map(letters_of, sorted(self._source.untitled))),
            created=batch.created,
            updated=batch.updated,
            unchanged=batch.unchanged,
            rejected=batch.rejected,
            asked=batch.asked,
            reasons=self._refusals.most(),
            unknown=self._map.unknown,
            rejects=str(self._rejects.path) if self._rejects is not None and self._rejects.rows else None,
        )


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """
    Keep the collector of cycles from running but where it is called, between chunks.

    Rows become millions of short-lived objects, which reference counting frees; looking through them again and again for cycles
    took half the time of an import.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def place_of_rejects(path: Path, batch_id: int) -> Path:
    """
    Return where refused rows of an import go by default: beside the input, `leads.csv.gz` → `leads.rejects.csv`.

    A folder that can't be written to is left for the one where the command runs; a file of another import, which somebody may be
    mending, for one with the number of this.
    """
    name = path.name.removesuffix(".gz")
    stem = name.rpartition(".")[0] or name
    folder = path.parent if os.access(path.parent, os.W_OK) else Path()
    place = folder / f"{stem}.rejects.csv"
    return place if batch_of(place) in {None, batch_id} else folder / f"{stem}.rejects-{batch_id}.csv"
