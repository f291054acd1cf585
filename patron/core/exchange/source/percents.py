"""
Which cells of a sheet are formatted as percents: Excel keeps 40% as 0.4, and only the format of the cell tells them apart.

The library that reads workbooks doesn't tell formats, so they are looked up in the file itself, and only where its styles have a
format of percents at all. `packing` has made sure of the file before.
"""

import re
import zipfile
from collections.abc import Iterator
from decimal import Context, Decimal
from xml.etree import ElementTree as ET  # packing refuses document types and entities

from patron.core.exchange.source.marked import MarkedCells
from patron.core.exchange.source.memory import Place

_PIECE = 2**18
_LONGEST = 400
"""Bytes that the begin of a cell may take."""

_BUILT_IN = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]{1,300})>")
_AT = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_STYLE = re.compile(rb"\bs\s*=\s*[\"']([0-9]{1,6})[\"']")
_EXACT = Context(prec=15)
"""As many digits as a spreadsheet computes with: 0.07 is 7%, not 7.000000000000001%."""


def percent_cells(path: Place, sheet: str) -> MarkedCells[int]:
    """
    Return the columns, from 0, of the cells that show percents.

    Args:
        path: the workbook.
        sheet: the name of the sheet.
    """
    return MarkedCells(_percent_cells(path, sheet))


def as_percent(number: float) -> str:
    """Return a number as its cell shows it, with all its digits."""
    return f"{_EXACT.multiply(Decimal(repr(number)), Decimal(100)).normalize(_EXACT):f}%"


def _percent_cells(path: Place, sheet: str) -> Iterator[tuple[int, int]]:
    """Return (row, column) of each such cell; nothing for a file that is made in another way than all that we know."""
    try:
        with path.open("rb") as packed, zipfile.ZipFile(packed) as archive:
            styles = _percent_styles(archive)
            if not styles:
                return
            with archive.open(entry_of(archive, sheet)) as stream:
                rest = b""
                while piece := stream.read(_PIECE):
                    text = rest + piece
                    end = 0
                    for found in _CELL.finditer(text):
                        end = found.end()
                        place, style = _AT.search(found[1]), _STYLE.search(found[1])
                        if place is not None and style is not None and int(style[1]) in styles:
                            yield int(place[2]), _column(place[1])
                    rest = text[max(end, len(text) - _LONGEST) :]
    except (KeyError, ValueError, ET.ParseError):
        return


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the cell styles whose format shows percents."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314
    percents = _BUILT_IN | {
        int(one.attrib["numFmtId"]) for one in root.findall(".//{*}numFmt") if "%" in _QUOTED.sub("", one.attrib["formatCode"])
    }
    styles = root.find("{*}cellXfs")
    every = [] if styles is None else styles.findall("{*}xf")
    return frozenset(number for number, one in enumerate(every) if int(one.get("numFmtId", "0")) in percents)


def entry_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the entry that holds a sheet."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    (found,) = (one for one in book.findall(".//{*}sheet") if one.get("name") == sheet)
    identifier = next(value for name, value in found.attrib.items() if name.endswith("}id"))
    target = next(one.attrib["Target"] for one in links.findall("{*}Relationship") if one.get("Id") == identifier)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def place_of(written: str) -> tuple[int, int] | None:
    """Return row, from 1, and column, from 0, of a cell such as `B2`; None for what is no place of one."""
    found = _PLACE.fullmatch(written)
    return None if found is None else (int(found[2]), _column(found[1].encode()))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
