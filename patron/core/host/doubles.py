"""
Codes that must be unique over all plugins, and the complaint where they are not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from patron.core.errors import PluginError

if TYPE_CHECKING:
    from patron.core.host.host import Owned

Codes = Callable[[Any], Iterable[tuple[str, str]]]


def factor_codes(factor: Any) -> Iterator[tuple[str, str]]:
    """Name what must be unique of a score factor: its code, and the names of its columns."""
    yield "factor", factor.code
    yield from (("column", column.name) for column in factor.columns)


def section_codes(section: Any) -> Iterator[tuple[str, str]]:
    """Name what must be unique of a report section: its code within its report."""
    yield "section", f"{section.report}.{section.code}"


def renderer_codes(renderer: Any) -> Iterator[tuple[str, str]]:
    """Name what must be unique of a renderer: its code, and the file endings."""
    yield "renderer", renderer.code
    yield from (("suffix", suffix) for suffix in renderer.suffixes)


def find_doubles(owned: "Sequence[Owned[Any]]", codes: Codes) -> Iterator[PluginError]:
    """Return an error for each code that an earlier item has too; it names both plugins."""
    owners: dict[tuple[str, str], str] = {}
    for one in owned:
        for kind, code in codes(one.item):
            if (kind, code) in owners:
                yield PluginError(f"host.duplicate_{kind}", plugin=one.plugin, other=owners[kind, code], code=code)
            owners.setdefault((kind, code), one.plugin)
