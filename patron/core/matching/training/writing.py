"""
A model as a file that can be read: TOML like `person.toml`, with what its shares were learned from.

Equal models are equal bytes; there is no time in them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from patron.core.matching.model import BIT, FIELDS, LEVELS, VERSION, Doubt, Model
from patron.core.matching.training.learning import Evidence, Trained

_WIDTH = 36


def text_of(trained: Trained) -> str:
    """Return the file of a learned model."""
    model = trained.model
    lines = [
        f"# Who is who among persons: learned by `patron match train` from {trained.records} records; see docs/matching.md.",
        "# A share is [m, u]: among pairs of one person, and among pairs of two. Behind it stand its weight in bits and what",
        "# pairs it was learned from; `kept` are the shares of the model that it began with, where the records say nothing.",
        "",
        f"version = {VERSION}",
        *_set(name=model.name, join=model.join, ask=model.ask),
        f"similar = {{ similar = {_value(model.similar['similar'])}, loose = {_value(model.similar['loose'])} }}",
        *_set(most_name_weight=model.most_name_weight, sure=model.sure),
        "",
        "blocks = [",
        *(f"    {_value(block)}," for block in model.blocks),
        "]",
        *_set(cuts=model.cuts, most_in_block=model.most_in_block),
        *_table("origin", model.origin),
        *_table("learning", {"pairs": model.learning.pairs, "least": model.learning.least, "likely": model.learning.likely}),
    ]
    for name in model.fields:
        lines += ["", f"[fields.{name}]", *_levels(model, name, trained.evidence[name])]
    for doubt in model.doubts:
        lines += ["", "[[doubts]]", *_set(field=doubt.field, levels=doubt.levels, unless=_unless(doubt))]
    for part, shares in model.frequencies.items():
        lines += _table(f"frequencies.{part}", shares)
    return "\n".join(lines) + "\n"


def _levels(model: Model, field: str, evidence: Sequence[Evidence]) -> Iterable[str]:
    for one in evidence:
        level = model.fields[field][one.level]
        shares = f"{one.level} = [{_value(level.m)}, {_value(level.u)}]"
        same = f"{one.same}" if one.learned_m else "kept"
        different = f"{one.different}" if one.learned_u else "kept"
        yield f"{shares:{_WIDTH}}# {level.weight / BIT:+.1f}; {same}, {different}"


def _unless(doubt: Doubt) -> list[list[str]]:
    return [[name if worst == 0 else f"{name} {LEVELS[FIELDS[name]][worst]}" for name, worst in group] for group in doubt.unless]


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in values.items())]


def _set(**values: Any) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _key(key: str) -> str:
    return key if key and key.isascii() and key.replace("_", "").isalnum() else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # JSON writes all that TOML wants written but for one sign.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
