"""
Workbooks that were made to fill the memory are refused while they are unpacked, before any library opens them.
"""

import io
import resource
import struct
import time
import zipfile
from pathlib import Path

import pytest

from patron.core.errors import InputError
from patron.core.exchange.source import SourceOptions, open_rows

TYPES = b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, parts: dict[str, bytes], **about) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> str:
    """Return why a workbook is refused, soon and without memory."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(InputError) as error:
        open_rows(path, SourceOptions())
    assert time.process_time() - start < 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    return error.value.key


def test_what_inflates_beyond_measure(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open(SHEET, "w") as part:
            for _ in range(300):
                part.write(b" " * 2**20)
    assert "exchange.workbook_ratio" == refused(path)


def test_a_directory_that_lies_about_sizes(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", {SHEET: b" " * (20 * 2**20)})
    content = path.read_bytes()
    true_size = struct.pack("<L", 20 * 2**20)
    assert true_size in content
    path.write_bytes(content.replace(true_size, struct.pack("<L", 1000)))
    assert "exchange.workbook_ratio" == refused(path)


def test_parts_that_lie_over_each_other(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", {"xl/a.xml": b"a" * 100, "xl/b.xml": b"b" * 100})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        first, second = (archive.getinfo(name).header_offset for name in ("xl/a.xml", "xl/b.xml"))
    where = content.rindex(b"xl/b.xml") - 4
    assert second == struct.unpack("<L", content[where : where + 4])[0]
    content[where : where + 4] = struct.pack("<L", first)
    path.write_bytes(content)
    assert "exchange.workbook_overlap" == refused(path)


def test_too_many_parts(tmp_path: Path) -> None:
    assert "exchange.workbook_entries" == refused(workbook(tmp_path / "bomb.xlsx", {f"xl/{n}.xml": b"" for n in range(2_500)}))


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row><c r='A1'/></row><row><c r = \"XFD900000\"/></row>",
        b"<row>" + b"<c/>" * 5_000 + b"</row>" + b"<row/>" * 5_000,
        b"<x:row>" + b"<x:c/>" * 5_000 + b"</x:row>" + b"<x:row/>" * 5_000,
    ],
)
def test_a_sheet_that_reaches_too_far(tmp_path: Path, cells: bytes) -> None:
    content = b'<worksheet xmlns="x"><sheetData>' + cells + b"</sheetData></worksheet>"
    assert "exchange.workbook_cells" == refused(workbook(tmp_path / "bomb.xlsx", {SHEET: content}))


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><worksheet/>',
        b'<?xml version="1.0"?>' + b" " * 300_000 + b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        "<!DOCTYPE a><worksheet/>".encode("utf-16"),
        "<!DOCTYPE a><worksheet/>".encode("utf-16-le"),
        b"+/v8-+ADwAIQBEAE8AQwBUAFkAUABF",
    ],
)
def test_markup_that_no_spreadsheet_program_writes(tmp_path: Path, content: bytes) -> None:
    assert "exchange.workbook_markup" == refused(workbook(tmp_path / "bomb.xlsx", {SHEET: content}))


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    for content in (buffer.getvalue(), b"PK\x03\x04 and nothing else", buffer.getvalue()[:60]):
        path.write_bytes(content)
        assert "exchange.no_workbook" == refused(path)
