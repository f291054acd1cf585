"""
The ways to write a document that come with Patron.
"""

from collections.abc import Sequence

from patron import hookimpl
from patron.core.records import Renderer


@hookimpl
def document_renderers() -> Sequence[Renderer]:
    """Bring the built-in renderers."""
    return []
