"""
A profile as tables, as JSON, and as a page.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from patron import Basis, Block, Document, Figure, Figures, Format, Note, Section, Table, TableColumn, Translator
from patron.core.names import shorten
from patron.core.session import Session
from patron.kernel.profile import BIT
from patron.kernel.ranking import descending_order
from patron.plugins.mining.profile.analysis import Profile
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS

SHOWN = 15
"""Values that a page shows."""

_REASONS = 3
_WORDS = 40


def value_table(found: Profile) -> pa.Table:
    """Return every value that enough rows have, those that speak most for the target first."""
    share = np.count_nonzero(found.target) / len(found.target)
    rows: list[dict[str, Any]] = []
    for each in found.fields:
        known, hits = int(each.rows.sum()), int(each.hits.sum())
        for value, count, own, weight in zip(
            each.field.values, each.rows.tolist(), each.hits.tolist(), each.weights.tolist(), strict=True
        ):
            if count >= max(1, found.command.least):
                rows.append(
                    {
                        "field": each.field.name,
                        "value": value,
                        "rows": count,
                        "target": own,
                        "support": count / known,
                        "of_target": own / hits if hits else 0.0,
                        "rate": own / count,
                        "lift": own / count / share,
                        "evidence": weight / BIT,
                    }
                )
    rows.sort(key=lambda row: -row["evidence"])
    kinds = {"field": pa.string(), "value": pa.string(), "rows": pa.int64(), "target": pa.int64()}
    names = ("field", "value", "rows", "target", "support", "of_target", "rate", "lift", "evidence")
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name, pa.float64())) for name in names})


def resembling_table(found: Profile) -> pa.Table:
    """Return those who are not of the target, most alike first, with what speaks most for it."""
    others = np.flatnonzero(~found.target)
    order = others[descending_order(found.scores[others])]
    return pa.table(
        {
            found.id: found.ids.take(pa.array(order)),
            "resemblance": found.scores[order] / BIT,
            "because": pa.array([_reasons(found, place) for place in order.tolist()], pa.list_(pa.string())),
        }
    )


def _reasons(found: Profile, place: int) -> list[str]:
    """Return the values of a row that speak most for the target."""
    codes = [(each, int(each.field.codes[place])) for each in found.fields]
    weighed = [(int(each.weights[code]), each.field, code) for each, code in codes if code >= 0]
    best = sorted((one for one in weighed if one[0] > 0), key=lambda one: -one[0])[:_REASONS]
    return [f"{field.name} = {field.values[code]}" for _, field, code in best]


def profile_json(found: Profile) -> dict[str, Any]:
    """Return the profile and what it rests on."""
    return {
        "target": found.command.target,
        "rows": len(found.target),
        "of_target": int(np.count_nonzero(found.target)),
        "min_group": found.command.least,
        "skipped_fields": list(found.skipped),
        "values": value_table(found).to_pylist(),
        "input": None if found.rows is None else rows_json(found.rows),
    }


def profile_page(session: Session, found: Profile) -> Document:
    """Return the page: how many there are, what speaks for the target, and what against."""
    t = session.t.within(WORDS)
    return Document(
        code="profile",
        title=t("profile.title", target=shorten(found.command.target)),
        subtitle="" if found.command.rows is None else ", ".join(str(path) for path in found.command.rows.inputs[:3]),
        lang=t.lang,
        sections=(
            Section(code="figures", title=t("profile.figures"), blocks=tuple(_figures(found, t))),
            Section(code="values", title=t("profile.values"), blocks=tuple(_values(found, t))),
        ),
        footer=t("profile.how", least=found.command.least),
    )


def _figures(found: Profile, t: Translator) -> Iterator[Block]:
    hits = int(np.count_nonzero(found.target))
    values = {"rows": (len(found.target), Format.COUNT), "of_target": (hits, Format.COUNT)}
    yield Figures(
        figures=tuple(
            Figure(label=t(f"profile.{key}"), value=value, format=form, basis=Basis(numerator=t(f"profile.{key}_of")))
            for key, (value, form) in values.items()
        )
    )
    if found.skipped:
        yield Note(text=t("profile.skipped", fields=", ".join(found.skipped[:10])))


def _values(found: Profile, t: Translator) -> Iterator[Block]:
    rows = value_table(found).to_pylist()
    keys = ("field", "value", "rows", "target", "of_target", "rate", "lift")
    forms = (Format.TEXT, Format.TEXT, Format.COUNT, Format.COUNT, Format.SHARE, Format.SHARE, Format.NUMBER)
    columns = tuple(
        TableColumn(key=key, title=t(f"profile.{key}_column"), format=form) for key, form in zip(keys, forms, strict=True)
    )
    chosen = {
        "for": [row for row in rows if row["evidence"] > 0][:SHOWN],
        "against": [row for row in rows if row["evidence"] < 0][-SHOWN:],
    }
    for code, some in chosen.items():
        if some:
            yield Table(
                code=code,
                title=t(f"profile.{code}"),
                columns=columns,
                rows=tuple((row["field"], shorten(row["value"], _WORDS), *(row[key] for key in keys[2:])) for row in some),
                basis=Basis(numerator=t("profile.lift_of"), denominator=t("profile.lift_by")),
            )
    if not any(chosen.values()):
        yield Note(text=t("profile.nothing"))
