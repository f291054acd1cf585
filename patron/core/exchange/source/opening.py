"""
From a path to rows: what a file is, told by its first bytes.
"""

from pathlib import Path

import attrs

from patron.core.config.sheets import ImportSettings
from patron.core.errors import InputError, UsageError
from patron.core.exchange.source.delimited import DelimitedFile
from patron.core.exchange.source.headings import Knows, Wanted
from patron.core.exchange.source.memory import Place
from patron.core.exchange.source.row import SourceFile
from patron.core.exchange.source.workbook import Workbook
from patron.core.names import listed, shorten

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_OTHERS = (
    b"PAR1",
    b"ARROW1",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"SQLite format 3",
    b"BZh",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
)

_ENDS = (".csv", ".csv.gz", ".tsv", ".txt", ".xlsx")


@attrs.frozen(kw_only=True)
class SourceOptions:
    """
    How a file is to be read.

    Attributes:
        encoding: what text is written in; None to find out.
        delimiter: what separates the cells of text; None to find out.
        sheet: the sheet of a workbook; None for the first that has rows below a header.
        header_row: the row in which the headings are; None to look for it.
        heading_rows: among how many rows, from the first, it is looked for.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    heading_rows: int = ImportSettings().heading_rows


def open_rows(path: Place, options: SourceOptions, knows: Knows | None = None) -> SourceFile:
    """
    Open a file of rows.

    Args:
        path: where it is.
        options: how it is to be read.
        knows: says whether a text is a heading that is understood; None to take the first row that says something for theirs.

    Raises:
        InputError: it can't be read, or is of a kind that has no rows.
        UsageError: an option can't be used, or an extra is missing.
    """
    head = _head(path)
    wanted = Wanted(knows=knows, within=options.heading_rows, row=options.header_row)
    if head.startswith(_ZIP):
        return Workbook(path, sheet=options.sheet, wanted=wanted)
    if head.startswith(_OLD_EXCEL):
        raise InputError("exchange.old_excel", file=str(path))
    if head.startswith(_OTHERS):
        raise InputError("exchange.no_rows", file=str(path))
    if options.sheet is not None:
        raise UsageError("exchange.no_sheets", file=str(path), sheet=shorten(options.sheet))
    return DelimitedFile(path, encoding=options.encoding, delimiter=options.delimiter, wanted=wanted)


def _no_folder(path: Path) -> InputError:
    names = sorted(one.name for one in path.iterdir() if one.name.lower().endswith(_ENDS))
    return InputError("exchange.folder" if names else "exchange.empty_folder", file=str(path), known=listed(names))


def _head(path: Place) -> bytes:
    try:
        if isinstance(path, Path) and path.is_dir():
            raise _no_folder(path)
        if isinstance(path, Path) and path.exists() and not path.is_file():
            # A pipe gives what it has once, and keeps waiting who opens it before anybody writes.
            raise InputError("exchange.not_a_file", file=str(path))
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise InputError("source.no_file", file=str(path)) from error
    except PermissionError as error:
        raise InputError("source.no_permission", file=str(path)) from error
    except OSError as error:
        raise InputError("source.unreadable", file=str(path), reason=(error.strerror or str(error))[:200]) from error
    if not head:
        raise InputError("source.empty_file", file=str(path))
    return head
