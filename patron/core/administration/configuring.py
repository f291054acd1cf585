"""
Noting the address of the database in `patron.toml`, and nothing else there.
"""

import tomllib
from pathlib import Path

from sqlalchemy import make_url

from patron.core.config import Settings
from patron.core.errors import ConfigurationError, UsageError
from patron.core.files import write_bytes
from patron.core.names import shorten
from patron.core.store.engine import read_url

FILE_NAME = "patron.toml"
DEFAULT = "sqlite:///patron.db"
"""Where the records are kept when nobody says otherwise: a file beside `patron.toml`."""


def choose_address(settings: Settings, asked: str | None, folder: Path) -> str | None:
    """
    Return the address that the configuration has to be given; None where it names one already.

    Args:
        settings: the configuration as it is.
        asked: the address that was asked for; None for `DEFAULT`.
        folder: where relative files lie, where there is no configuration file.

    Raises:
        UsageError: the configuration names another database, or the address has a password in it.
        ConfigurationError: it is no address of a supported database.
    """
    known, address = settings.store.database, asked or DEFAULT
    if known is None:
        read_url(address, folder)
        if make_url(address).password is not None:
            raise UsageError("administration.password", address=make_url(address).render_as_string())
        return address
    if asked not in (None, known):
        where = settings.source.place("store", "database")
        shown = make_url(known).render_as_string()
        raise UsageError("administration.other_database", where=where, known=shown, asked=shorten(asked))
    return None


def note_address(settings: Settings, address: str, folder: Path) -> Path:
    """
    Write the address of the database into the configuration file and return it.

    Args:
        settings: the configuration as it is, which names no database.
        address: what is to be noted.
        folder: where `patron.toml` is made, where there is none.

    Raises:
        ConfigurationError: the file is written in a way that a key can't be added to.
        OutputError: the file can't be written.
    """
    path = settings.source.path or folder / FILE_NAME
    text = _with_address(settings.source.text, address)
    if text is None:
        raise ConfigurationError("administration.add_yourself", where=path, line=f'store.database = "{address}"')
    write_bytes(path, text.encode())
    return path


def _with_address(text: str, address: str) -> str | None:
    """Return the configuration with one key more; None where it is written in a way that a line can't be added to."""
    line = f'database = "{address}"'
    lines = text.splitlines(keepends=True)
    heads = [number for number, written in enumerate(lines) if written.split("#")[0].strip() == "[store]"]
    if heads:
        head = lines[heads[0]].rstrip("\n")
        changed = "".join([*lines[: heads[0]], f"{head}\n{line}\n", *lines[heads[0] + 1 :]])
    else:
        changed = f"{text.rstrip()}\n\n[store]\n{line}\n".lstrip()
    before = tomllib.loads(text)
    wanted = {**before, "store": {**before.get("store", {}), "database": address}}
    try:
        return changed if tomllib.loads(changed) == wanted else None
    except tomllib.TOMLDecodeError:
        return None
