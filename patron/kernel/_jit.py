"""
The one place for numeric policy: jit flags, compile cache, threads.

Flags: no fastmath at all. `reassoc` and `contract` would make a sum depend on the vector width and `nnan`/`ninf` would delete the
handling of missing values; results here are the same bits on every machine. `nogil` lets chunks run in a pool of our own threads;
numba's own threading layers are never started (libgomp spins between regions and slows BLAS down many times).

Cache: numba keys a cached function by its own file only, so a changed helper in another file would leave its callers stale. The
cache directory is therefore named after a digest of all sources of this package. It lies in the user's cache folder; where that
can't be written, or no longer, functions are compiled anew in each process. Several processes may compile at once: numba reads
its index, picks the next free file name and writes both, so two of them would put different machine code under one name. A lock
makes that one step.

This module imports numba: only modules of `patron.kernel.compiled` import it, and those only when compiled code is used.
"""

import hashlib
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config

_DECORATING = threading.Lock()

Function = TypeVar("Function", bound=Callable[..., Any])

FLAGS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy", "boundscheck": False}


def cache_folder() -> Path | None:
    """Return the folder for compiled functions of exactly these sources, made if need be; None where none can be written."""
    root = os.environ.get("PATRON_CACHE_DIR")
    try:
        base = Path(root) if root else _user_cache() / "patron"
        folder = base / f"kernel-{_sources_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return None
    return folder if os.access(folder, os.W_OK) else None


def compiled(function: Function) -> Function:
    """Compile *function* on its first call with the flags of this package, and keep the machine code in `cache_folder()`."""
    folder = _FOLDER
    if folder is None:
        return cast(Function, numba.njit(**FLAGS)(function))
    # numba chooses the cache's place when it decorates; the setting is put back so that other users of numba keep theirs. Two
    # threads may import two modules of kernels at once: one at a time, or one of them would find the other's setting.
    with _DECORATING:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(folder)
        try:
            dispatcher = numba.njit(cache=True, **FLAGS)(function)
        finally:
            config.CACHE_DIR = before
    _save_alone(dispatcher, folder / "lock")
    return cast(Function, dispatcher)


def inlined(function: Function) -> Function:
    """Compile a helper that is only called from `compiled` functions and is merged into them."""
    return cast(Function, numba.njit(inline="never", **FLAGS)(function))


def _save_alone(dispatcher: Any, lock: Path) -> None:
    """Let the dispatcher write to its cache only while it holds the lock, and go on without where writing fails."""
    index = dispatcher._cache._cache_file  # noqa: SLF001 - numba has no public way to say how its cache is written
    save = index.save

    def save_alone(key: Any, data: Any) -> None:
        # A full disk or a folder taken away costs the next process its compilation, not this one its work.
        with suppress(OSError), lock.open("ab") as file:
            _wait_for(file.fileno())
            save(key, data)

    index.save = save_alone


def _wait_for(descriptor: int) -> None:
    """Lock an open file against other processes until it is closed."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _sources_digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


_FOLDER = cache_folder()
