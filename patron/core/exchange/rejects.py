"""
The rows that were refused, in a file of their own that can be mended and imported again.

It has the columns of the input, and before them batch, row and reasons. It is written and flushed before the rows around them are
committed; what an interrupted import wrote of rows that were not settled is taken out again when it goes on.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from patron.core.exchange.cells import shown
from patron.core.exchange.column import PLACES
from patron.core.exchange.draft import Draft
from patron.core.files import output_error, write_bytes
from patron.core.formulas import guard

_MARK = "\ufeff"


class Rejects:
    """
    The file of refused rows of one import; it comes into being with the first of them.

    Args:
        path: where it is to be.
        header: the columns of the input.
        batch_id: the import.
    """

    def __init__(self, path: Path, header: Sequence[str], batch_id: int) -> None:
        self.path = path
        self.rows = 0
        self._places = [place for place, name in enumerate(header) if name.strip().casefold() not in PLACES]
        self._header = [header[place] for place in self._places]
        self._batch = str(batch_id)
        self._width = len(header)
        self._begun = False

    def add(self, draft: Draft, reasons: str) -> list[str]:
        """Return the cells of a refused row, with those beyond the columns of the input."""
        cells = [shown(cell) for cell in draft.cells]
        whole = len(cells) == max(self._places, default=-1) + 1 or len(cells) >= len(self._header)
        kept = [cells[place] for place in self._places if place < len(cells)] if whole else cells
        kept += cells[self._width :] if whole else []
        return [self._batch, str(draft.line), reasons, *kept]

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """
        Append rows, so that they are in the file before their neighbours are committed.

        Raises:
            OutputError: they can't be written.
        """
        if not rows:
            return
        text = StringIO(newline="")
        writer = csv.writer(text)
        if not self._begun:
            text.write(_MARK)
            writer.writerow([*PLACES, *self._header])
        writer.writerows([[guard(cell) for cell in row] for row in rows])
        try:
            with self.path.open("ab" if self._begun else "wb") as file:
                file.write(text.getvalue().encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise output_error(self.path, error) from error
        self._begun = True
        self.rows += len(rows)

    def take_up(self, last: int) -> None:
        """Go on where an interrupted import ended, whose last settled row begins in line *last*; take later ones out again."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                header, *rows = list(csv.reader(file)) or [[]]
        except (OSError, UnicodeDecodeError, csv.Error):
            return
        if header[: len(PLACES)] != list(PLACES):
            return
        kept = [row for row in rows if len(row) > 1 and row[0] == self._batch and row[1].isdigit() and int(row[1]) <= last]
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows([header, *kept])
        write_bytes(self.path, (_MARK + text.getvalue()).encode())
        self._begun, self.rows = True, len(kept)


def batch_of(path: Path) -> int | None:
    """Return the import whose refused rows a file has; None where there is no file, 0 where it is one of another kind."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header, first = next(rows, []), next(rows, [])
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, csv.Error):
        return 0
    ours = header[: len(PLACES)] == list(PLACES) and first and first[0].isdigit()
    return int(first[0]) if ours else 0
