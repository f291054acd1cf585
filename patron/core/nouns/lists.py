r"""
Lists that are written as one text: `价格;产品`, `A、B`, `A|B`.

A separator that belongs to a member has a backslash before it, and so has a backslash: `R\;B;C` is two members. What is joined
here is split into the same members again.
"""

import re
from collections.abc import Iterable

SEPARATORS = ";；、|"
"""Signs of which each separates two members."""


def split_list(written: str, separators: str = SEPARATORS) -> tuple[str, ...]:
    """Return the members of a list; a backslash takes from the separator or the backslash behind it that it is one."""
    signs = re.escape(separators)
    parts = re.findall(rf"(?:\\[{signs}\\]|[^{signs}])+", written)
    return tuple(re.sub(rf"\\([{signs}\\])", r"\1", part.strip()) for part in parts if part.strip())


def join_list(members: Iterable[str], separators: str = SEPARATORS) -> str:
    """Return the members of a list as one text."""
    signs = re.escape(separators)
    return ";".join(re.sub(rf"[{signs}\\]", r"\\\g<0>", member) for member in members)
