"""
A score run as JSON and back: what `patron score --format json` prints and what travels in the metadata of a scores file.

Money is exact decimal text, days are ISO text, and what there is none of is null. Counts of skipped rows stand in
`rows.skipped`; where the first of them are stands in `rows.skipped_at`.
"""

from collections.abc import Mapping
from typing import Any

from patron.core.records.json_forms import COUNT, DAY, MONEY, NUMBER, TEXT, Form, named, optional, parts, record, several, written
from patron.core.records.run import GroupRow, Place, PurchaseRow, RowCounts, ScoreRun, Skipped, Tally, TopShare, Totals

LAYOUT = 1
"""The layout of this JSON. A key added leaves it, and is read with a default from files that lack it; a key changed or taken away
raises it."""

METADATA_KEY = b"patron.run"
"""Under this key the schema metadata of a scores Parquet file holds the run."""


def run_to_json(run: ScoreRun) -> dict[str, Any]:
    """Return *run* as values that `json.dumps` takes; `run_from_json` gives back an equal run."""
    return {
        "layout": LAYOUT,
        "run": written(run, _HEAD),
        **written(run, _COUNTS),
        "rows": _rows_to_json(run.rows),
        "deciles": _groups(run.by).write(run.groups),
        **_tops_to_json("pareto", run.pareto),
        **_tops_to_json("pareto_margin", run.pareto_margin),
        **written(run, _TABLES),
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
    counts = parts(data, _COUNTS)
    return ScoreRun(
        **parts(data["run"], _HEAD),
        **counts,
        rows=_rows_from_json(data["rows"]),
        groups=_groups(counts["by"]).read(data["deciles"]),
        pareto=_tops_from_json("pareto", data),
        pareto_margin=_tops_from_json("pareto_margin", data),
        **parts({"composites": {}, **data}, _TABLES),
    )


def _plain(value: object) -> Any:
    """Return a parameter as JSON has it: mappings and sequences of text, numbers, booleans and null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


_PURCHASES = several(record(PurchaseRow, percent=COUNT, customers=COUNT, share_of_customers=NUMBER))
_PLACES = several(record(Place, file=TEXT, line=COUNT))

_HEAD = {
    "id": TEXT,
    "model": TEXT,
    "version": TEXT,
    "parameters": Form(_plain, dict),
    "input_digest": TEXT,
    "seconds": NUMBER,
}
_COUNTS = {
    "as_of": DAY,
    "zone": TEXT,
    "currency": TEXT,
    "by": TEXT,
    "first_day": optional(DAY),
    "last_day": optional(DAY),
    "customers": COUNT,
    "ranked": COUNT,
    "totals": record(Totals, monetary=MONEY, gross=MONEY, refunds=MONEY, margin=optional(MONEY), margin_missing=COUNT),
}
_ROWS = {"read": COUNT, "used": COUNT, "rounded": COUNT, "without_order": COUNT, "without_currency": COUNT}
_TABLES = {
    "purchase_deciles": _PURCHASES,
    "purchase_deciles_margin": _PURCHASES,
    "curve": several(several(NUMBER)),
    "tallies": named(several(record(Tally, value=TEXT, customers=COUNT, monetary=MONEY))),
    "grid": several(several(COUNT)),
    "composites": Form(_plain, dict),
}


def _groups(by: str) -> Form:
    """Return the form of the groups, whose lowest value is what customers are ranked by."""
    return several(
        record(
            GroupRow,
            decile=COUNT,
            customers=COUNT,
            monetary=MONEY,
            margin=optional(MONEY),
            share=optional(NUMBER),
            cumulative_share=optional(NUMBER),
            margin_share=optional(NUMBER),
            lowest=optional(COUNT if by == "orders" else MONEY),
        )
    )


def _rows_to_json(rows: RowCounts) -> dict[str, Any]:
    return {
        **written(rows, _ROWS),
        "skipped": {reason: skipped.count for reason, skipped in rows.skipped.items()},
        "skipped_at": {
            reason: {"first": _PLACES.write(skipped.first), "example": skipped.example}
            for reason, skipped in rows.skipped.items()
        },
    }


def _rows_from_json(data: Mapping[str, Any]) -> RowCounts:
    skipped = {}
    for reason, count in data["skipped"].items():
        where = data["skipped_at"][reason]
        skipped[str(reason)] = Skipped(count=int(count), first=_PLACES.read(where["first"]), example=str(where["example"]))
    return RowCounts(**parts({"without_currency": 0, **data}, _ROWS), skipped=skipped)


def _tops_to_json(key: str, tops: Mapping[str, TopShare]) -> dict[str, Any]:
    shares = {part: top.share for part, top in tops.items()}
    return {key: shares, f"{key}_customers": {part: top.customers for part, top in tops.items()}}


def _tops_from_json(key: str, data: Mapping[str, Any]) -> dict[str, TopShare]:
    shares = optional(NUMBER)
    return {
        str(part): TopShare(customers=int(data[f"{key}_customers"][part]), share=shares.read(share))
        for part, share in data.get(key, {}).items()
    }
