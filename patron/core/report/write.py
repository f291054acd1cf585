"""
Writing a document: which renderer, how wide and colourful, and where to.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from patron.core.errors import OutputError, UsageError
from patron.core.files import write_bytes
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import RenderOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patron.core.host import Owned
    from patron.core.records import Document, Renderer
    from patron.core.session import Session

TERMINAL = "terminal"
"""The format of a document that is asked for without a format or a file."""

_WIDEST = 160
"""Columns beyond which lines are no longer easy to follow."""


def choose_renderer(session: Session, *, code: str | None, target: Path | None) -> Owned[Renderer]:
    """
    Return the renderer that a format or a file ending asks for; the terminal's if there is neither.

    Args:
        session: asked for the plugins' renderers.
        code: a format; goes before the ending of *target*.
        target: the file that is to be written.

    Raises:
        UsageError: there is no such format, or no format has this ending, or all plugins with formats are switched off.
        OutputError: what the renderer needs is not installed.
    """
    renderers = session.host.document_renderers()
    if not renderers:
        plugins = listed(session.host.switched_off("document_renderers")) or "–"
        raise UsageError("reports.no_formats", name=shorten(code or target or TERMINAL), plugins=plugins)
    chosen = _by_ending(renderers, target) if target is not None and not code else _by_code(renderers, code or TERMINAL)
    for module in chosen.item.needs:
        if find_spec(module.partition(".")[0]) is None:
            details = {"form": chosen.item.code, "plugin": chosen.plugin, "module": module.partition(".")[0]}
            raise OutputError("reports.missing_package", catalogue=chosen.catalogue, **details)
    return chosen


def terminal_options() -> RenderOptions:
    """Return how to draw on standard output: as wide as the terminal, in colours unless `NO_COLOR` is set; plain elsewhere."""
    if not sys.stdout.isatty():
        return RenderOptions()
    width = min(shutil.get_terminal_size((RenderOptions().width, 24)).columns, _WIDEST)
    return RenderOptions(width=width, colour=not os.environ.get("NO_COLOR"))


def render(session: Session, renderer: Owned[Renderer], document: Document, options: RenderOptions) -> bytes:
    """
    Return the document as *renderer* writes it.

    Raises:
        OutputError: what the renderer needs is not installed, or the document holds nothing that it can show.
        PluginError: the renderer failed.
    """
    with session.host.blame(renderer.plugin, f'Renderer(code="{renderer.item.code}").render'):
        content = renderer.item.render(document, options)
        if not isinstance(content, bytes):
            raise TypeError(f"a renderer returns bytes, not {type(content).__name__}")
    return content


def write_report(session: Session, renderer: Owned[Renderer], document: Document, target: Path, options: RenderOptions) -> None:
    """
    Render the document and put it into *target*, whole or not at all.

    Raises:
        OutputError: as `render`, or *target* can't be written.
        PluginError: the renderer failed.
    """
    write_bytes(target, render(session, renderer, document, options))


def _by_code(renderers: Sequence[Owned[Renderer]], wanted: str) -> Owned[Renderer]:
    for owned in renderers:
        if owned.item.code == wanted:
            return owned
    codes = [owned.item.code for owned in renderers]
    near = nearest(wanted, codes, cutoff=ALIKE)
    key = "reports.unknown_format_near" if near else "reports.unknown_format"
    raise UsageError(key, name=shorten(wanted), names=listed(codes), nearest=near)


def _by_ending(renderers: Sequence[Owned[Renderer]], target: Path) -> Owned[Renderer]:
    name = target.name.lower()
    for owned in renderers:
        if any(name.endswith(suffix) for suffix in owned.item.suffixes):
            return owned
    endings = sorted(suffix for owned in renderers for suffix in owned.item.suffixes)
    raise UsageError("reports.unknown_ending", file=target.name[-60:], names=listed(endings))
