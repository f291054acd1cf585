"""
What columns of scores are called: by the core's words, by those of the plugin that brings them, else by their names.
"""

from collections.abc import Callable

from patron.core.session import Session


def column_words(session: Session) -> Callable[[str], str]:
    """Return what names columns in the reader's language: the key `column.NAME` of whoever brings them."""
    catalogues = {column.name: owned.catalogue for owned in session.host.score_factors() for column in owned.item.columns}

    def words(name: str) -> str:
        key = f"column.{name}"
        said = session.t.within(catalogues[name])(key) if name in catalogues else session.t(key)
        return name if said == key else said

    return words
