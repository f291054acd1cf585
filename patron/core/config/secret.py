"""
Secrets, which never stand in the configuration: there stands where one is, in the variable that `NAME_env` names, or in
the file that `NAME_file` names, which others may not read.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from patron.core.errors import ConfigurationError
from patron.core.names import shorten

SECRET_ENDINGS = ("_env", "_file")


def read_secret(
    name: str, said: Mapping[str, Any], environ: Mapping[str, str], place: Callable[[str], str]
) -> tuple[str | None, str]:
    """
    Return a secret, None where nothing says where it is; and where that would stand, for a complaint.

    Args:
        name: of the secret.
        said: key → value, as written.
        environ: variables.
        place: returns where a key stands.

    Raises:
        ConfigurationError: there is none at the place that is named, or others may read it.
    """
    variable, file = (said.get(f"{name}{end}") for end in SECRET_ENDINGS)
    where = place(f"{name}{SECRET_ENDINGS[variable is None]}")
    if variable is not None:
        found = environ.get(str(variable))
        if not found:
            raise ConfigurationError("intake.no_variable", where=where, option=name, variable=shorten(variable))
        return found, where
    return None if file is None else _in_file(name, Path(str(file)).expanduser(), where), where


def _in_file(option: str, path: Path, where: str) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("intake.open_secret", where=where, path=str(path))
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError("intake.no_secret_file", where=where, option=option, path=str(path)) from error
