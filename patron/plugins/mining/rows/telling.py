"""
What an analysis says beside its result: rows left out, files written; and its result, as a page or as JSON.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patron import Document, RowCounts
from patron.core.report.write import choose_renderer, render, terminal_options
from patron.core.session import Session
from patron.plugins.mining.rows.words import WORDS

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


def page(session: Session, document: Document) -> str:
    """Return the document as the terminal shows it."""
    renderer = choose_renderer(session, code="terminal", target=None)
    return render(session, renderer, document, terminal_options()).decode()


def json_text(value: object) -> str:
    """Return JSON to be read by people and programs; what is no number is null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def rows_json(rows: RowCounts) -> dict[str, Any]:
    """Return what became of the rows."""
    return {"read": rows.read, "used": rows.used, "skipped": {reason: each.count for reason, each in rows.skipped.items()}}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
