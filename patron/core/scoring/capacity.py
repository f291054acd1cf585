"""
How much of the machine a run may take: memory and threads.
"""

import ctypes
import os
import sys
from pathlib import Path

from patron.core.config import Settings

_FALLBACK = 2 * 2**30

_WORKSPACE = 128 * 2**20
"""Bytes for libraries that are loaded later (numba) and for batches that are being decoded."""

_LEAST = 32 * 2**20

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's `mallopt`."""

_KEPT = 256 * 2**20


def keep_freed_memory() -> None:
    """
    Let this process use memory again that it has freed, instead of giving it back to the system after every batch.

    The arrays of batches come and go by the thousand, and the system clears every page that it hands out: that took a seventh of
    a run. One allocator serves both Arrow and NumPy for the same reason. It changes the process as a whole: the command line does
    it, a library must not.
    """
    if sys.platform != "linux":
        return
    import pyarrow as pa  # memory can be measured without it

    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _KEPT)


def leave_pandas_out() -> None:
    """
    Let Arrow find no pandas, unless it is loaded already.

    Arrow looks for pandas when the first array is made, whatever it is made of, and where pandas is installed loading it takes as
    long as all other libraries together. Nothing here hands Arrow anything of pandas, and who imports pandas later gets it. It
    changes the process as a whole: the command line does it, a library must not.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """An importer that knows of no pandas, and lets others look for everything else."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def free_memory() -> int:
    """Return the bytes of memory that are free for programs, within the limit of the container if there is one."""
    available = _FALLBACK
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                available = int(line.split()[1]) * 1024
    except OSError:
        if hasattr(os, "sysconf") and "SC_AVPHYS_PAGES" in os.sysconf_names:
            available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(available, _container_rest() or available)


def memory_for(asked: int | None, settings: Settings) -> int:
    """
    Return the bytes that the data of a run may take.

    The process as a whole may take what was asked for, else as configured, else half of what is free; what it holds already, its
    libraries and the batches in flight go off. However little was asked for, a small input always has room.
    """
    whole = asked or settings.score.memory or free_memory() // 2
    return max(whole - _held() - _WORKSPACE, _LEAST)


def threads_for(asked: int | None, settings: Settings) -> int:
    """Return how many threads a run uses: what was asked for, else as configured, else one for each processor it may run on."""
    if asked or settings.score.threads:
        return int(asked or settings.score.threads or 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _held() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _container_rest() -> int | None:
    """Return what the control group leaves of its memory limit; None without a limit."""
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used)
