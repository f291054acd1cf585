"""
What an import is asked for, and what comes of it.
"""

from datetime import datetime
from pathlib import Path

import attrs

from patron.core.exchange.applier import Noticed, Outcome
from patron.core.exchange.asides import Aside
from patron.core.exchange.mapping import Wishes
from patron.core.exchange.refusals import Reason
from patron.core.exchange.source import SourceOptions


@attrs.frozen(kw_only=True)
class ImportCommand:
    """
    Import a file.

    Attributes:
        kind: what its rows are, a key of `KINDS`.
        path: the file.
        wishes: what the user says about its columns.
        options: how it is to be read.
        system: whose numbers it has; None for those of the main system, and for keys of leads and interactions of their source.
        zone: of times that name none; None for that of the settings.
        since: since when what a file says of leads that are there is true, where its rows bring no time of their own; None for
            the time of the import.
        likeness: weigh what is told of persons as the intake does, and ask whom rows mean that may be of somebody who is known;
            else identities decide alone. Leads are weighed, and customers by whose identities nobody is known.
        dry_run: bring in nothing, and say what would become of every row.
        rejects: where refused rows go; None for beside the input.
        chunk: rows of a transaction; None for what suits the kind.
    """

    kind: str
    path: Path
    wishes: Wishes = attrs.field(factory=Wishes)
    options: SourceOptions = attrs.field(factory=SourceOptions)
    system: str | None = None
    zone: str | None = None
    since: datetime | None = None
    likeness: bool = True
    dry_run: bool = False
    rejects: Path | None = None
    chunk: int | None = None


@attrs.frozen(kw_only=True)
class Verdict:
    """
    What became, or would become, of a row.

    Attributes:
        row: where it begins in the file, as spreadsheets and editors count: the header is 1.
        outcome: what.
        reasons: why it was refused, in words.
    """

    row: int
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ImportResult(Noticed):
    """
    What came of an import, with what was noticed.

    Attributes:
        kind: what the rows are.
        file: the file.
        batch_id: its number, by which it can be reverted; None for a dry run.
        dry_run: nothing was brought in.
        already: the same file, read in the same way, had been imported before; nothing was done.
        resumed_at: rows that an interrupted import had settled.
        sheet: which sheet of a workbook was read.
        encoding: what the text is written in.
        rows: how many rows there are that say something; each is one of those created, updated, unchanged, rejected and asked.
        blank: rows between them that say nothing.
        asides: rows that are no records, and were left out: sums, notes, headings once more.
        later: rows of leads, contacts and orders of a day that was still to come.
        later_row: the first of them.
        untitled: columns without a heading in which something stands that was left alone, as spreadsheets call them.
        created: rows that made something new.
        updated: rows that changed something.
        unchanged: rows that were there already.
        rejected: rows that were refused.
        asked: rows about which a person has to decide; they wait in the quarantine of the intake.
        reasons: why, the most frequent first.
        unknown: columns that nothing is known about.
        rejects: where the refused rows are.
    """

    kind: str
    file: str
    batch_id: int | None
    dry_run: bool = False
    already: bool = False
    resumed_at: int = 0
    encoding: str | None = None
    sheet: str | None = None
    rows: int = 0
    blank: int = 0
    asides: tuple[Aside, ...] = ()
    later: int = 0
    later_row: int = 0
    untitled: tuple[str, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    asked: int = 0
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()
    rejects: str | None = None
