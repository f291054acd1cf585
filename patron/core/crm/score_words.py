"""
What columns of scores and their labels are called: by the core's words, by those of the plugin that brings them, else by their
names.
"""

from collections.abc import Callable

from patron.core.session import Session


def column_words(session: Session, lang: str | None = None) -> Callable[[str], str]:
    """
    Return what names columns in a language, that of the reader by default.

    That is the key `column.NAME` of whoever brings them, or what a composite score says that it is called.
    """
    catalogues = {column.name: owned.catalogue for owned in session.host.score_factors() for column in owned.item.columns}
    spoken = lang or session.t.lang
    declared = _declared(session, spoken)

    def words(name: str) -> str:
        key = f"column.{name}"
        if name in declared:
            return declared[name]
        return catalogues.get(name, session.t.catalogue).find(spoken, key) or session.t.catalogue.find(spoken, key) or name

    return words


def label_words(session: Session) -> Callable[[str, object], object]:
    """Return what names labels in the reader's language: the key `label.COLUMN.LABEL` of whoever brings the column."""
    catalogues = {column.name: owned.catalogue for owned in session.host.score_factors() for column in owned.item.columns}

    def words(name: str, value: object) -> object:
        said = catalogues[name].find(session.t.lang, f"label.{name}.{value}") if name in catalogues else None
        return value if said is None else said

    return words


def _declared(session: Session, lang: str) -> dict[str, str]:
    """Return what composite scores and tiers are called, and the columns that hang on them."""
    manifests = [plugin.manifest for plugin in session.host.plugins if plugin.working and plugin.manifest]
    words = {}
    declarations = [*(one.composites for one in manifests), session.settings.composites]
    for declared in (*declarations, *(one.tiers for one in manifests), session.settings.tiers):
        for name, said in declared.items():
            words[name] = str(said.get(lang) or said.get("en") or name)
            for part in ("class", "since", "before"):
                form = session.t.catalogue.find(lang, f"column.{part}_of") or "{score}"
                words[f"{name}_{part}"] = form.format(score=words[name])
    return words
