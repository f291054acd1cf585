"""
A document as JSON: every word and number of it, for programs.

Exact decimals are text, so that no reader rounds them; days are ISO text; what there is none of is null.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from patron import Chart, Document, Figures, Note, RenderOptions, Table

_TYPES = {Figures: "figures", Table: "table", Chart: "chart", Note: "note"}


def render(document: Document, options: RenderOptions) -> bytes:
    """Return one JSON object and a line end."""
    data = attrs.asdict(document, recurse=False)
    data["sections"] = [
        {"code": section.code, "title": section.title, "blocks": [_block(block) for block in section.blocks]}
        for section in document.sections
    ]
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False, default=_plain) + "\n").encode()


def _block(block: Figures | Table | Chart | Note) -> dict[str, Any]:
    return {"type": _TYPES[type(block)], **attrs.asdict(block)}


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a document holds no {type(value).__name__}")
