"""
Whether a file is still what it was: somebody may be writing it yet, or have put another in its place.

What is read of such a file is neither the old one nor the new one, and its last row may be half of one.
"""

from pathlib import Path

import attrs

from patron.core.errors import InputError


class ChangedError(InputError):
    """A file is not what it was when its reading began."""


@attrs.frozen
class Steady:
    """
    A file as it was at a moment.

    Attributes:
        path: where it is.
        state: by what it is told from any other: device, inode, bytes, and when they were written.
    """

    path: Path
    state: tuple[int, ...] | None

    @classmethod
    def of(cls, path: Path) -> "Steady":
        """Return a file as it is now."""
        return cls(path, _state(path))

    def require(self) -> None:
        """
        See that it is the same.

        Raises:
            ChangedError: it was written to, replaced, or removed.
        """
        if _state(self.path) != self.state:
            raise ChangedError("exchange.changed_meanwhile", file=str(self.path))


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
