"""
Taking out of a document what no output may carry: control characters and halves of characters.

Text of a report can come from an input file or its name. An escape sequence would steer the terminal, a NUL breaks XML, a
direction override shows a word backwards, and half a surrogate pair can't be encoded. A float that is no number (NaN, infinity)
says that there is none; JSON and XLSX could not hold it.
"""

import math
import re
from enum import Enum
from typing import Any

import attrs

from patron import Document

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")


def cleaned(document: Document) -> Document:
    """Return the document with every text and number cleaned; line ends and tabs become spaces."""
    clean: Document = _clean(document)
    return clean


def _clean(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return _HALVES.sub("\ufffd", _CONTROLS.sub("", value.replace("\n", " ").replace("\t", " ")))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, tuple):
        return tuple(_clean(item) for item in value)
    if attrs.has(type(value)):
        return type(value)(**{field.name: _clean(getattr(value, field.name)) for field in attrs.fields(type(value))})
    return value
