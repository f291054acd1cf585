"""
The manifests read so far, kept in one file of the user's cache folder, so that a start reads one file instead of many.

A manifest is taken from here only while its entry point, distribution and version, path, size and times are those it was read
with. A cache that is missing, damaged or can't be written only costs time.
"""

import json
import os
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

MOST = 512
"""Manifests kept at most; beyond that those which were not asked for are dropped."""


class ManifestCache:
    """
    Reads manifests, and remembers them.

    Args:
        path: the file that remembers; None to remember nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._old = _load(path)
        self._asked: dict[str, Any] = {}
        self._changed = False

    def read(self, manifest: Path, owner: str) -> Mapping[str, Any]:
        """
        Return the parsed manifest.

        Args:
            manifest: the file.
            owner: entry point, distribution and version: what is installed under this path.

        Raises:
            OSError: the file can't be read.
            tomllib.TOMLDecodeError: it is not TOML.
            UnicodeDecodeError: it is not UTF-8.
        """
        state = manifest.stat()
        stamp = [state.st_mtime_ns, state.st_ctime_ns, state.st_size]
        key = f"{owner} {manifest}"
        kept = self._old.get(key)
        if isinstance(kept, dict) and kept.get("stamp") == stamp and isinstance(kept.get("tree"), dict):
            self._asked[key] = kept
            return kept["tree"]  # type: ignore[no-any-return]  # JSON; parse_manifest checks every value
        tree = tomllib.loads(manifest.read_bytes().decode("utf-8"))
        self._asked[key] = {"stamp": stamp, "tree": tree}
        self._changed = True
        return tree

    def save(self) -> None:
        """Write what was learnt, in one step, where anything was."""
        if self.path is None or not self._changed:
            return
        kept = {**self._old, **self._asked}
        temporary = self.path.with_suffix(f".{os.getpid()}")
        try:
            text = json.dumps(kept if len(kept) <= MOST else self._asked)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, "utf-8")
            temporary.replace(self.path)
        except (OSError, TypeError, ValueError):  # TypeError: a date in a manifest, which parse_manifest refuses anyway
            with suppress(OSError):
                temporary.unlink()


def cache_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file in `PATRON_CACHE_DIR`, else in the user's cache folder; None where the user has no home."""
    if environ.get("PATRON_CACHE_DIR"):
        return Path(environ["PATRON_CACHE_DIR"]) / "manifests.json"
    try:
        return _user_cache(environ) / "patron" / "manifests.json"
    except RuntimeError:
        return None


def _user_cache(environ: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _load(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
