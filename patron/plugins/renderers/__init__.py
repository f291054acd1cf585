"""
Ways to write a document: terminal, HTML, XLSX, CSV, JSON, SVG; each in a module of its own that is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from patron import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patron import Document, Renderer, RenderOptions


@hookimpl
def document_renderers() -> Sequence[Renderer]:
    """Bring the six renderers."""
    from patron import Renderer

    return (
        Renderer(code="terminal", suffixes=(".txt",), media_type="text/plain", binary=False, render=_module("terminal_page")),
        Renderer(
            code="html",
            suffixes=(".html", ".htm"),
            media_type="text/html",
            binary=False,
            render=_module("html_page"),
            needs=("jinja2", "vl_convert"),
        ),
        Renderer(
            code="xlsx",
            suffixes=(".xlsx",),
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            binary=True,
            render=_module("xlsx_workbook"),
            needs=("xlsxwriter",),
        ),
        Renderer(code="csv", suffixes=(".csv",), media_type="text/csv", binary=False, render=_module("csv_text")),
        Renderer(code="json", suffixes=(".json",), media_type="application/json", binary=False, render=_module("json_text")),
        Renderer(
            code="svg",
            suffixes=(".svg",),
            media_type="image/svg+xml",
            binary=False,
            render=_module("svg_picture"),
            needs=("vl_convert",),
        ),
    )


def _module(name: str) -> Callable[[Document, RenderOptions], bytes]:
    def render(document: Document, options: RenderOptions) -> bytes:
        from patron.plugins.renderers.cleaning import cleaned

        content: bytes = import_module(f"{__name__}.{name}").render(cleaned(document), options)
        return content

    return render
