"""
A score run as JSON and back: what `patron score --format json` prints and what travels in the metadata of a scores file.

Money is exact decimal text, days are ISO text, and what there is none of is null. Counts of skipped rows stand in
`rows.skipped`; where the first of them are stands in `rows.skipped_at`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from patron.core.money import UNIT, to_text
from patron.core.records.run import (
    GroupRow,
    Place,
    PurchaseRow,
    RowCounts,
    ScoreRun,
    Skipped,
    Tally,
    TopShare,
    Totals,
    optional_money,
)

LAYOUT = 1
"""The layout of this JSON. A key added leaves it, and is read with a default from files that lack it; a key changed or taken away
raises it."""

METADATA_KEY = b"patron.run"
"""Under this key the schema metadata of a scores Parquet file holds the run."""


def run_to_json(run: ScoreRun) -> dict[str, Any]:
    """Return *run* as values that `json.dumps` takes; `run_from_json` gives back an equal run."""
    return {
        "layout": LAYOUT,
        "run": {
            "id": run.id,
            "model": run.model,
            "version": run.version,
            "parameters": _plain(run.parameters),
            "input_digest": run.input_digest,
            "seconds": run.seconds,
        },
        "as_of": run.as_of.isoformat(),
        "zone": run.zone,
        "currency": run.currency,
        "by": run.by,
        "first_day": _day_to_json(run.first_day),
        "last_day": _day_to_json(run.last_day),
        "rows": _rows_to_json(run.rows),
        "customers": run.customers,
        "ranked": run.ranked,
        "totals": {
            "monetary": to_text(run.totals.monetary),
            "gross": to_text(run.totals.gross),
            "refunds": to_text(run.totals.refunds),
            "margin": optional_money(run.totals.margin),
            "margin_missing": run.totals.margin_missing,
        },
        "deciles": [
            {
                "decile": row.decile,
                "customers": row.customers,
                "monetary": to_text(row.monetary),
                "margin": optional_money(row.margin),
                "share": row.share,
                "cumulative_share": row.cumulative_share,
                "margin_share": row.margin_share,
                "lowest": row.lowest if run.by == "orders" else optional_money(row.lowest),
            }
            for row in run.groups
        ],
        "purchase_deciles": _purchases_to_json(run.purchase_deciles),
        "purchase_deciles_margin": _purchases_to_json(run.purchase_deciles_margin),
        "pareto": {part: top.share for part, top in run.pareto.items()},
        "pareto_customers": {part: top.customers for part, top in run.pareto.items()},
        "pareto_margin": {part: top.share for part, top in run.pareto_margin.items()},
        "pareto_margin_customers": {part: top.customers for part, top in run.pareto_margin.items()},
        "curve": [list(point) for point in run.curve],
        "tallies": {
            column: [
                {"value": tally.value, "customers": tally.customers, "monetary": to_text(tally.monetary)} for tally in tallies
            ]
            for column, tallies in run.tallies.items()
        },
        "grid": [list(row) for row in run.grid],
    }


def run_from_json(data: Mapping[str, Any]) -> ScoreRun:
    """
    Return the run that `run_to_json` wrote.

    Raises:
        KeyError: a part is missing.
        TypeError: a part is of another type.
        ValueError: a part has a value that can't be, or the layout is one that this version does not know.
    """
    if data["layout"] != LAYOUT:
        raise ValueError(f"layout {data['layout']!r} is not {LAYOUT}")
    head, totals, by = data["run"], data["totals"], str(data["by"])
    return ScoreRun(
        id=str(head["id"]),
        model=str(head["model"]),
        version=str(head["version"]),
        parameters=dict(head["parameters"]),
        as_of=date.fromisoformat(data["as_of"]),
        zone=str(data["zone"]),
        currency=str(data["currency"]),
        input_digest=str(head["input_digest"]),
        seconds=float(head["seconds"]),
        rows=_rows_from_json(data["rows"]),
        first_day=_day_from_json(data["first_day"]),
        last_day=_day_from_json(data["last_day"]),
        customers=int(data["customers"]),
        ranked=int(data["ranked"]),
        by=by,
        totals=Totals(
            monetary=_count(totals["monetary"]),
            gross=_count(totals["gross"]),
            refunds=_count(totals["refunds"]),
            margin=_optional_count(totals["margin"]),
            margin_missing=int(totals["margin_missing"]),
        ),
        groups=tuple(_group_from_json(row, by) for row in data["deciles"]),
        purchase_deciles=_purchases_from_json(data["purchase_deciles"]),
        purchase_deciles_margin=_purchases_from_json(data["purchase_deciles_margin"]),
        pareto=_top_shares(data, "pareto"),
        pareto_margin=_top_shares(data, "pareto_margin"),
        curve=tuple((float(x), float(y)) for x, y in data["curve"]),
        tallies={
            str(column): tuple(
                Tally(value=str(tally["value"]), customers=int(tally["customers"]), monetary=_count(tally["monetary"]))
                for tally in tallies
            )
            for column, tallies in data["tallies"].items()
        },
        grid=tuple(tuple(int(cell) for cell in row) for row in data["grid"]),
    )


def _rows_to_json(rows: RowCounts) -> dict[str, Any]:
    return {
        "read": rows.read,
        "used": rows.used,
        "rounded": rows.rounded,
        "without_order": rows.without_order,
        "without_currency": rows.without_currency,
        "skipped": {reason: skipped.count for reason, skipped in rows.skipped.items()},
        "skipped_at": {
            reason: {
                "first": [{"file": place.file, "line": place.line} for place in skipped.first],
                "example": skipped.example,
            }
            for reason, skipped in rows.skipped.items()
        },
    }


def _rows_from_json(data: Mapping[str, Any]) -> RowCounts:
    skipped = {}
    for reason, count in data["skipped"].items():
        where = data["skipped_at"][reason]
        places = tuple(Place(file=str(place["file"]), line=int(place["line"])) for place in where["first"])
        skipped[str(reason)] = Skipped(count=int(count), first=places, example=str(where["example"]))
    return RowCounts(
        read=int(data["read"]),
        used=int(data["used"]),
        rounded=int(data["rounded"]),
        without_order=int(data["without_order"]),
        without_currency=int(data.get("without_currency", 0)),
        skipped=skipped,
    )


def _group_from_json(row: Mapping[str, Any], by: str) -> GroupRow:
    lowest = row["lowest"]
    return GroupRow(
        decile=int(row["decile"]),
        customers=int(row["customers"]),
        monetary=_count(row["monetary"]),
        margin=_optional_count(row["margin"]),
        share=_optional_float(row["share"]),
        cumulative_share=_optional_float(row["cumulative_share"]),
        margin_share=_optional_float(row["margin_share"]),
        lowest=lowest if by == "orders" else _optional_count(lowest),
    )


def _purchases_to_json(rows: Sequence[PurchaseRow]) -> list[dict[str, Any]]:
    return [{"percent": row.percent, "customers": row.customers, "share_of_customers": row.share_of_customers} for row in rows]


def _purchases_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[PurchaseRow, ...]:
    return tuple(
        PurchaseRow(
            percent=int(row["percent"]), customers=int(row["customers"]), share_of_customers=float(row["share_of_customers"])
        )
        for row in rows
    )


def _top_shares(data: Mapping[str, Any], key: str) -> dict[str, TopShare]:
    return {
        str(part): TopShare(customers=int(data[f"{key}_customers"][part]), share=_optional_float(share))
        for part, share in data.get(key, {}).items()
    }


def _plain(value: object) -> Any:
    """Return a parameter as JSON has it: mappings and sequences of text, numbers, booleans and null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def _day_to_json(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_from_json(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _count(text: str) -> int:
    count = Decimal(text) * UNIT
    if count != int(count):
        raise ValueError(f"{text} has more than four decimal places")
    return int(count)


def _optional_count(text: str | None) -> int | None:
    return None if text is None else _count(text)


def _optional_float(number: float | None) -> float | None:
    return None if number is None else float(number)
