"""
What became of the rows of the input.
"""

import re
from collections.abc import Sequence

from patron import Block, Cell, Format, Level, Note, ReportData, Skipped, Table, TableColumn
from patron.plugins.reports.wording import basis, part


def reading(data: ReportData) -> Sequence[Block]:
    """Return how many rows were read, used, and skipped for which reason, with the places of the first."""
    rows, t = data.run.rows, data.t
    columns = (
        TableColumn(key="what", title=t("reading.what"), format=Format.TEXT),
        TableColumn(key="rows", title=t("reading.rows"), format=Format.COUNT),
        TableColumn(key="share", title=t("reading.share"), format=Format.SHARE),
        TableColumn(key="first", title=t("reading.first"), format=Format.TEXT),
    )
    lines: list[tuple[Cell, ...]] = [
        (t("reading.read"), rows.read, part(rows.read, rows.read), ""),
        (t("reading.used"), rows.used, part(rows.used, rows.read), ""),
        *(
            (_reason(data, code), skipped.count, part(skipped.count, rows.read), _places(skipped))
            for code, skipped in rows.skipped.items()
        ),
    ]
    table = Table(
        code="rows",
        title=t("reading.title"),
        columns=columns,
        rows=tuple(lines),
        basis=basis(data, "reading.numerator", "reading.denominator"),
    )
    notes = [
        Note(text=t(key, count=f"{count:,}", currency=data.run.currency), level=level)
        for key, count, level in (
            ("reading.rounded", rows.rounded, Level.INFO),
            ("reading.without_order", rows.without_order, Level.WARNING),
            ("reading.without_currency", rows.without_currency, Level.WARNING),
        )
        if count
    ]
    return [table, *notes]


def _reason(data: ReportData, code: str) -> str:
    key = f"reason.{code}"
    words = data.t(key)
    return data.t("reading.skipped", reason=code if words == key else words)


def _places(skipped: Skipped) -> str:
    """Return the places, each file named once and without its folders: a report is passed on, and they are nobody's business."""
    lines: dict[str, list[str]] = {}
    for place in skipped.first:
        lines.setdefault(re.split(r"[/\\]", place.file)[-1], []).append(str(place.line))
    shown = "; ".join(f"{file}: {', '.join(numbers)}" for file, numbers in lines.items())
    return f"{shown} ({skipped.example!r})" if skipped.example else shown
