"""
What an analysis says beside its result: rows left out, files written; and its result, as a page, as JSON or as CSV.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patron import Document, RowCounts
from patron.core.report.write import choose_renderer, render, terminal_options
from patron.core.session import Session
from patron.plugins.mining.rows.words import WORDS

if TYPE_CHECKING:
    import pyarrow as pa

_NAMED = 3


def tell_skipped(session: Session, rows: RowCounts) -> None:
    """Say which rows were left out, and why."""
    t = session.t.within(WORDS)
    for reason, skipped in rows.skipped.items():
        if reason != "where":
            places = ", ".join(f"{place.file}:{place.line}" for place in skipped.first[:_NAMED])
            more = t("rows.example", value=skipped.example) if skipped.example else ""
            why = t(f"reason.{reason}")
            session.reporter.notice(t("rows.skipped", count=f"{skipped.count:,}", why=why, places=places, more=more))


def tell_written(session: Session, path: Path) -> None:
    """Say where a table was written."""
    session.reporter.notice(session.t.within(WORDS)("rows.written", path=path))


def result_text(
    session: Session,
    style: str,
    *,
    page_of: Callable[[], Document],
    summary: Callable[[], Mapping[str, Any]],
    table: "Callable[[], pa.Table | Iterable[pa.Table]]",
) -> Iterator[str]:
    """
    Yield the result of an analysis as it is printed, piece by piece.

    Args:
        session: renders pages.
        style: `text`, `json` or `csv`.
        page_of: makes the page.
        summary: makes what JSON says of it; a value that is an iterator is written as a list.
        table: makes its table, whole or in pieces: that which `-o` writes.
    """
    if style == "json":
        yield from json_pieces(summary())
    elif style == "csv":
        yield from _csv_pieces(table())
    else:
        yield page(session, page_of())


def _csv_pieces(table: "pa.Table | Iterable[pa.Table]") -> Iterator[str]:
    import pyarrow as pa

    from patron.core.scoring.table_files import csv_text

    for number, piece in enumerate([table] if isinstance(table, pa.Table) else table):
        yield csv_text(piece, header=number == 0)


def page(session: Session, document: Document) -> str:
    """Return the document as the terminal shows it."""
    renderer = choose_renderer(session, code="terminal", target=None)
    return render(session, renderer, document, terminal_options()).decode()


def json_text(value: object) -> str:
    """Return JSON to be read by people and programs; what is no number is null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def json_pieces(value: Mapping[str, object]) -> Iterator[str]:
    """Yield JSON as `json_text` writes it and a line end; what an iterator gives, which may be long, stands line by line."""
    before = "{"
    for key, each in value.items():
        yield f"{before}\n  {json.dumps(str(key), ensure_ascii=False)}: "
        if isinstance(each, Iterator):
            yield from _list_pieces(each)
        else:
            yield json_text(each).replace("\n", "\n  ")
        before = ","
    yield "\n}\n" if value else "{}\n"


def _list_pieces(values: Iterator[object]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}\n    {json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)}"
        before = ","
    yield "[]" if before == "[" else "\n  ]"


def rows_json(rows: RowCounts) -> dict[str, Any]:
    """Return what became of the rows."""
    return {"read": rows.read, "used": rows.used, "skipped": {reason: each.count for reason, each in rows.skipped.items()}}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
