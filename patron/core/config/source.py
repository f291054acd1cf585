"""
Where settings come from: the file, found and parsed, and the `PATRON_*` variables; and where in them a key stands.

A line number is looked for only when a complaint needs it, by parsing ever shorter beginnings of the file: whatever way TOML
offers to write a key, the line found is the one on which it begins.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from patron.core.errors import ConfigurationError

FILE_NAME = "patron.toml"
PREFIX = "PATRON_"

Tree = Mapping[str, Any]


class Source(NamedTuple):
    """
    What the settings were read from.

    Attributes:
        path: the file; None where there is none.
        text: what stands in it.
        tree: the same, parsed; numbers with a point are `Decimal`.
        variables: the environment's variables whose names begin with `PATRON_`.
    """

    path: Path | None = None
    text: str = ""
    tree: Tree = MappingProxyType({})
    variables: Mapping[str, str] = MappingProxyType({})

    def place(self, *keys: str) -> str:
        """Return where the key stands: the variable that sets it, else `FILE:LINE`."""
        variable = variable_of(*keys)
        if variable in self.variables:
            return variable
        return f"{self.path}:{line_of(self.text, keys)}" if self.path else FILE_NAME


def read_source(path: Path | None, environ: Mapping[str, str], start: Path | None = None) -> Source:
    """
    Read the configuration file and pick out our variables.

    Args:
        path: the file; None to take `PATRON_CONFIG`, else the nearest `patron.toml` in *start* and the folders above it.
        environ: the environment.
        start: where the search begins; the working directory by default.

    Raises:
        ConfigurationError: a file that was asked for is not there, or a file can't be read or is not TOML.
    """
    variables = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    asked = path or (Path(variables["PATRON_CONFIG"]) if variables.get("PATRON_CONFIG") else None)
    found = asked or _search(start)
    if found is None:
        return Source(variables=variables)
    text = _read(found)
    return Source(path=found, text=text, tree=_parse(found, text), variables=variables)


def variable_of(*keys: str) -> str:
    """Return the variable that overrides a key: ("score", "memory") → `PATRON_SCORE_MEMORY`."""
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", "_".join(keys).upper())


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """Return the line, from 1, on which a key, or an element of a list (counted from 0), begins; 1 where it is not there."""
    lines = text.splitlines(keepends=True)
    low, high = 1, len(lines)
    if not _holds(text, keys):
        return 1
    while low < high:  # the fewest lines that hold the whole value of the key
        middle = (low + high) // 2
        low, high = (low, middle) if _holds(_whole(lines, middle), keys) else (middle + 1, high)
    return len(_whole(lines, low - 1).splitlines()) + 1


def _search(start: Path | None) -> Path | None:
    try:
        folder = (start or Path.cwd()).absolute()
    except OSError:  # the working directory is gone
        return None
    return next((candidate for up in (folder, *folder.parents) if (candidate := up / FILE_NAME).is_file()), None)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError("config.not_found", path=path) from None
    except OSError as error:
        raise ConfigurationError("config.unreadable", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("config.not_utf8", path=path, position=error.start) from error


def _parse(path: Path, text: str) -> Tree:
    from decimal import Decimal  # loaded only where there is a file

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*) \(at line (\d+), column \d+\)$", str(error))
        reason, line = (found[1], found[2]) if found else (str(error), len(text.splitlines()))
        raise ConfigurationError("config.not_toml", where=f"{path}:{line}", reason=reason) from error
    except (RecursionError, ArithmeticError, ValueError) as error:  # absurd nesting, a number beyond every limit
        raise ConfigurationError("config.not_toml", where=path, reason=type(error).__name__) from error


def _whole(lines: list[str], count: int) -> str:
    """Return the longest beginning of at most *count* lines that is TOML, and so does not end inside a value."""
    for end in range(count, 0, -1):
        text = "".join(lines[:end])
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        return text
    return ""


def _holds(text: str, keys: tuple[str, ...]) -> bool:
    node: object = tomllib.loads(text)
    for key in keys:
        if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    return True
