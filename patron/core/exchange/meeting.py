"""
The sheet of the daily meeting: which lead goes to whom, as it was filled in with a spreadsheet program.

A sheet is done as a whole or not at all. All that is wrong with it is told at once, each with its row, its column, what stands
there and what belongs there. A row that names nobody leaves its lead where it is.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from patron.core.access import Action, DeniedError
from patron.core.crm.leads import AssignLead, assign_in
from patron.core.crm.owners import require_active
from patron.core.crm.records import values_of
from patron.core.errors import PatronError, UsageError
from patron.core.exchange.cells import text_of
from patron.core.exchange.references import References
from patron.core.exchange.source import SourceFile, SourceOptions, SourceRow, open_rows
from patron.core.i18n import CORE, LANGUAGES, Worded
from patron.core.names import listed, shorten
from patron.core.nouns import OWNERS, FieldError, Lead
from patron.core.session import Session
from patron.core.store import ConflictError, NotFoundError, UnitOfWork

LEAD, TO, REASON = "lead", "to", "reason"
TEAM = "team:"
"""What may stand before a team's code, so that nobody takes it for a login."""

_CALLED = {"exchange.nobody_called": "assignment.nobody_called", "exchange.several_called": "assignment.several_called"}
_NUMBER = re.compile(r"#?([1-9][0-9]{0,17})")
_LISTED = re.compile(", |、")
"""What separates names of columns in the words of a language."""
_OF_A_ROW = (FieldError, UsageError, DeniedError, NotFoundError, ConflictError)
"""What is wrong with a row; anything else concerns all."""


@attrs.frozen(kw_only=True)
class AssignSheet:
    """
    Give leads out as a sheet says.

    Attributes:
        path: the file, CSV or Excel, with the columns lead and to, and perhaps reason.
        reason: why, where a row gives no reason.
        options: how the file is to be read.
    """

    path: Path
    reason: str | None = None
    options: SourceOptions = attrs.field(factory=SourceOptions)


@attrs.frozen(kw_only=True)
class Wrong:
    """
    What is wrong in a sheet.

    Attributes:
        row: where it begins in the file, as spreadsheets and editors count: the header is 1.
        column: what the sheet calls the column; None for the row as a whole.
        problem: what is wrong.
    """

    row: int
    column: str | None
    problem: PatronError


@attrs.frozen(kw_only=True)
class SheetResult:
    """
    What came of a sheet.

    Attributes:
        given: (lead, to whom, as the sheet calls them), in the order of the sheet; none where something is wrong.
        left: how many rows name a lead and nobody.
        wrong: everything that is wrong.
    """

    given: tuple[tuple[Lead, str], ...] = ()
    left: int = 0
    wrong: tuple[Wrong, ...] = ()


def assign_by_sheet(session: Session, command: AssignSheet) -> SheetResult:
    """
    Give leads out as a sheet says, all of them; or none, and say everything that is wrong with it.

    Raises:
        InputError: the file can't be read.
        UsageError: a column is missing; no row gives a lead to anybody; there are too many rows.
        DeniedError: the actor may not assign leads at all.
    """
    source = open_rows(command.path, command.options)
    try:
        columns = _columns(source, command.path)
        rows = list(_first(source, command.path, session.settings.assignment.meeting_rows))
    finally:
        source.close()
    with session.write(cause="assign") as work:
        work.policy.require(work.actor, Action.ASSIGN, "lead")
        sheet = _Sheet(session, work, columns, command)
        for row in rows:
            sheet.take(row)
        result = sheet.done()
        if not result.wrong and not result.given:
            raise UsageError("assignment.empty_sheet", file=command.path)
        if not result.wrong:
            work.commit()
    return result


@attrs.frozen
class _Row:
    """A row that was understood."""

    line: int
    lead: int
    owner: Mapping[str, int]
    to: str
    reason: str | None


class _Sheet:
    """Reads the rows of a sheet, and does them."""

    def __init__(self, session: Session, work: UnitOfWork, columns: Mapping[str, tuple[int, str]], command: AssignSheet) -> None:
        self._session = session
        self._work = work
        self._columns = columns
        self._command = command
        self._references = References(work)
        self._rows: dict[int, _Row] = {}
        self._wrong: list[Wrong] = []
        self._left = 0

    def take(self, row: SourceRow) -> None:
        """Understand a row, or note what is wrong with it, in every column."""
        if row.problem is not None:
            self._wrong.append(Wrong(row=row.line, column=None, problem=row.problem))
            return
        cells = {name: self._text(row, name) for name in self._columns}
        if not cells.get(TO):
            self._left += bool(cells.get(LEAD))
            return
        lead, owner = self._lead(row.line, cells[LEAD]), self._owner(row.line, cells[TO])
        if lead is not None and owner is not None:
            reason = cells.get(REASON) or self._command.reason
            self._rows[lead] = _Row(row.line, lead, owner, cells[TO] or "", reason)

    def done(self) -> SheetResult:
        """Give the leads out, as far as nothing is wrong."""
        given: dict[int, Lead] = {}
        # In one order, so that two who assign the same leads never wait in a circle.
        for row in sorted(self._rows.values(), key=lambda one: one.lead):
            user, team = (f"#{row.owner[name]}" if name in row.owner else None for name in OWNERS)
            command = AssignLead(id=row.lead, user=user, team=team, reason=row.reason)
            try:
                with self._work.attempt():
                    given[row.lead] = assign_in(self._session, self._work, command)
            except _OF_A_ROW as problem:
                self._note(row.line, LEAD, problem)
        self._wrong.sort(key=lambda one: one.row)
        if self._wrong:
            return SheetResult(left=self._left, wrong=tuple(self._wrong))
        return SheetResult(given=tuple((given[one.lead], one.to) for one in self._rows.values()), left=self._left)

    def _note(self, line: int, column: str, problem: PatronError) -> None:
        self._wrong.append(Wrong(row=line, column=self._columns[column][1], problem=problem))

    def _text(self, row: SourceRow, name: str) -> str | None:
        """Return what a cell says; None where that can't be told, which is noted."""
        try:
            return text_of(row.cells[self._columns[name][0]]).strip()
        except FieldError as problem:
            self._note(row.line, name, problem)
            return None

    def _lead(self, line: int, written: str | None) -> int | None:
        if written is None:
            return None
        found = _NUMBER.fullmatch(written)
        if found is None:
            key = "assignment.no_lead_number" if written else "assignment.no_lead_in_row"
            self._note(line, LEAD, UsageError(key, got=shorten(written)))
            return None
        number = values_of(self._session, self._work).standing("lead", int(found[1]))
        if number in self._rows:
            self._note(line, LEAD, UsageError("assignment.lead_twice", id=number, row=self._rows[number].line))
            return None
        try:
            self._work.get(Lead, number)
        except NotFoundError as problem:
            self._note(line, LEAD, problem)
            return None
        return number

    def _owner(self, line: int, written: str | None) -> Mapping[str, int] | None:
        if written is None:
            return None
        try:
            if written.startswith(TEAM):
                return {"owner_team_id": self._references.find("team", "team", written.removeprefix(TEAM))}
            owner = self._references.owner(written)
            require_active(self._work, owner.get("owner_user_id"))
        except FieldError as problem:
            self._note(line, TO, UsageError(_CALLED.get(problem.key, problem.key), got=shorten(written)))
            return None
        except UsageError as problem:
            self._note(line, TO, problem)
            return None
        return owner


def _columns(source: SourceFile, path: Path) -> Mapping[str, tuple[int, str]]:
    """Return column → its place and what the sheet calls it."""
    header = {name.strip().casefold(): (place, name.strip()) for place, name in reversed(list(enumerate(source.header)))}
    found = {}
    for column in (LEAD, TO, REASON):
        names = [name for lang in LANGUAGES for name in _LISTED.split(_headings(column, lang) or "")]
        place = next((header[name] for name in (column, *names) if name in header), None)
        if place is not None:
            found[column] = place
    lacking = [column for column in (LEAD, TO) if column not in found]
    if lacking:
        missing = listed(_told(column) for column in lacking)
        raise UsageError("assignment.no_columns", file=path, missing=missing, header=listed(source.header))
    return found


def _headings(column: str, lang: str) -> str | None:
    """Return what a sheet may call a column in a language."""
    return CORE.find(lang, f"assignment.header_{column}")


def _told(column: str) -> Worded:
    """Return a column with what else a sheet may call it, where that does not begin with its name anyway."""

    def label(lang: str) -> str | None:
        headings = _headings(column, lang) or column
        return None if headings.startswith(column) else headings

    return Worded(column, label)


def _first(source: SourceFile, path: Path, most: int) -> Iterator[SourceRow]:
    """Yield the rows, if they are not too many."""
    for number, row in enumerate(source.rows()):
        if number == most:
            raise UsageError("assignment.long_sheet", file=path, most=most)
        yield row
