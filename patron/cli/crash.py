"""
A bug: what the user is told, and the file in which the traceback is kept for those who can mend it.
"""

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping

import patron
from patron.cli.launch import Launch


def report_bug(error: BaseException, state: Launch | None) -> tuple[str, Mapping[str, str]]:
    """
    Write the traceback to a file of the temp folder and return the message for the user: its key and details.

    The bug is of the plugin whose code was entered last, else of Patron.
    """
    culprit = _culprit(error, state)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    details = {"culprit": culprit, "error": " ".join(text.split())[:300]}
    path = _write("".join([*_circumstances(), *traceback.format_exception(error)]))
    return ("cli.bug", {**details, "path": path}) if path else ("cli.bug_unwritten", details)


def _write(text: str) -> str | None:
    try:
        handle, path = tempfile.mkstemp(prefix="patron-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return None
    return path


def _circumstances() -> Iterator[str]:
    yield f"patron {patron.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    yield f"arguments: {sys.argv[1:]!r}\n\n"


def _culprit(error: BaseException, state: Launch | None) -> str:
    plugins = state.app.host.plugins if state else ()
    foreign = {plugin.module: plugin.name for plugin in plugins if not plugin.built_in}
    found = "Patron"
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__", ""))
        found = next((owner for module, owner in foreign.items() if f"{name}.".startswith(f"{module}.")), found)
    return found
