"""
Writing a document: which renderer, and where to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron.core.config import nearest
from patron.core.errors import UsageError
from patron.core.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patron.core.host import Owned
    from patron.core.records import Document, Renderer, RenderOptions
    from patron.core.session import Session

TERMINAL = "terminal"
"""The format of a document that is asked for without a format or a file."""


def choose_renderer(session: Session, *, code: str | None, target: Path | None) -> Owned[Renderer]:
    """
    Return the renderer that a format or a file ending asks for; the terminal's if there is neither.

    Args:
        session: asked for the plugins' renderers.
        code: a format; goes before the ending of *target*.
        target: the file that is to be written.

    Raises:
        UsageError: there is no such format, or no format has this ending.
    """
    renderers = session.host.document_renderers()
    if target is not None and not code:
        return _by_ending(renderers, target)
    wanted = code or TERMINAL
    for owned in renderers:
        if owned.item.code == wanted:
            return owned
    codes = [owned.item.code for owned in renderers]
    raise UsageError(
        "reports.unknown_format", name=wanted[:60], names=", ".join(codes) or "–", nearest=nearest(wanted, codes) or "–"
    )


def render(session: Session, renderer: Owned[Renderer], document: Document, options: RenderOptions) -> bytes:
    """
    Return the document as *renderer* writes it.

    Raises:
        OutputError: what the renderer needs is not installed, or the document holds nothing that it can show.
        PluginError: the renderer failed.
    """
    with session.host.blame(renderer.plugin, f"document_renderers:{renderer.item.code}"):
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


def _by_ending(renderers: Sequence[Owned[Renderer]], target: Path) -> Owned[Renderer]:
    name = target.name.lower()
    for owned in renderers:
        if any(name.endswith(suffix) for suffix in owned.item.suffixes):
            return owned
    endings = sorted(suffix for owned in renderers for suffix in owned.item.suffixes)
    raise UsageError("reports.unknown_ending", file=target.name[-60:], names=", ".join(endings))
