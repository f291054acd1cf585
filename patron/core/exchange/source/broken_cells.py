"""
Which cells of a sheet show an error in place of a value (`#DIV/0!`, `#N/A`), as formulas do that can't be computed.

The library that reads workbooks takes them for empty, so they are looked up in the file itself, and read in full only where there
are any. `packing` has made sure of the file before.
"""

import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # packing refuses document types and entities

from patron.core.exchange.source.marked import MarkedCells
from patron.core.exchange.source.memory import Place
from patron.core.exchange.source.percents import entry_of, place_of

_PIECE = 2**18
_SIGNS = (b't="e"', b"t='e'")
_LONGEST = 20
_UNTOLD = "#VALUE!"


def broken_cells(path: Place, sheet: str) -> MarkedCells[tuple[int, str]]:
    """
    Return the columns, from 0, of the cells that show an error, each with the error.

    Args:
        path: the workbook.
        sheet: the name of the sheet.
    """
    return MarkedCells(_broken_cells(path, sheet))


def _broken_cells(path: Place, sheet: str) -> Iterator[tuple[int, tuple[int, str]]]:
    """Yield the row of each such cell, with its column and error; nothing of a file that is made as none that we know."""
    try:
        with path.open("rb") as packed, zipfile.ZipFile(packed) as archive:
            entry = entry_of(archive, sheet)
            if not _has_any(archive, entry):
                return
            with archive.open(entry) as stream:
                for _, element in ET.iterparse(stream):  # noqa: S314
                    if element.tag.endswith("}c") and element.get("t") == "e":
                        place = place_of(element.get("r", ""))
                        if place is not None:
                            row, column = place
                            yield row, (column, (element.findtext("{*}v") or _UNTOLD)[:_LONGEST])
                    if element.tag.endswith("}row"):
                        element.clear()
    except (KeyError, ValueError, ET.ParseError):
        return


def _has_any(archive: zipfile.ZipFile, entry: str) -> bool:
    with archive.open(entry) as stream:
        rest = b""
        while piece := stream.read(_PIECE):
            if any(sign in rest + piece for sign in _SIGNS):
                return True
            rest = piece[-len(_SIGNS[0]) :]
    return False
