"""
What columns of scores and their labels are called: by the core's words, by those of the plugin that brings them, else by their
names.
"""

from collections.abc import Callable

from patron.core.session import Session


def column_words(session: Session, lang: str | None = None) -> Callable[[str], str]:
    """Return what names columns in a language, that of the reader by default: the key `column.NAME` of whoever brings them."""
    catalogues = {column.name: owned.catalogue for owned in session.host.score_factors() for column in owned.item.columns}
    spoken = lang or session.t.lang

    def words(name: str) -> str:
        key = f"column.{name}"
        return catalogues.get(name, session.t.catalogue).find(spoken, key) or session.t.catalogue.find(spoken, key) or name

    return words


def label_words(session: Session) -> Callable[[str, object], object]:
    """Return what names labels in the reader's language: the key `label.COLUMN.LABEL` of whoever brings the column."""
    catalogues = {column.name: owned.catalogue for owned in session.host.score_factors() for column in owned.item.columns}

    def words(name: str, value: object) -> object:
        said = catalogues[name].find(session.t.lang, f"label.{name}.{value}") if name in catalogues else None
        return value if said is None else said

    return words
