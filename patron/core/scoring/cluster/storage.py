"""
Where a cluster reads and writes: a local path that every worker sees, or a URL that fsspec knows (`s3://…`, `hdfs://…`).
"""

import errno
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs

from patron.core.errors import OutputError

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_url(place: object) -> bool:
    """Say whether a place is a URL rather than a local path."""
    return "://" in str(place)


@attrs.frozen
class Storage:
    """
    A folder; travels to workers.

    Attributes:
        system: the file system of fsspec.
        root: the folder within it.
        name: as the user named it.
    """

    system: Any
    root: str
    name: str

    @classmethod
    def of(cls, place: object) -> "Storage":
        """
        Return the folder at a path or URL; nothing is made or looked at yet.

        Raises:
            OutputError: nobody knows how to reach URLs of this kind.
        """
        import fsspec  # an extra: only a cluster needs it

        try:
            system, root = fsspec.core.url_to_fs(str(place) if is_url(place) else os.path.realpath(str(place)))
        except (ImportError, ValueError) as error:
            raise OutputError("cluster.unknown_url", url=str(place)[:200], reason=str(error)[:200]) from error
        return cls(system, root.rstrip("/"), str(place))

    @property
    def local(self) -> bool:
        """Whether it is of a file system of the machine."""
        return "file" in (self.system.protocol if isinstance(self.system.protocol, tuple) else (self.system.protocol,))

    def below(self, name: str) -> "Storage":
        """Return a folder in this one."""
        return attrs.evolve(self, root=f"{self.root}/{name}", name=f"{self.name.rstrip('/')}/{name}")

    def make(self) -> None:
        """
        Make the folder.

        Raises:
            OutputError: it can't be made.
        """
        with self._writing(""):
            self.system.makedirs(self.root, exist_ok=True)

    @contextmanager
    def made(self) -> Iterator[None]:
        """
        Have the folder there; where it was not, and is empty when the block ends, it goes again.

        Raises:
            OutputError: it can't be made.
        """
        there = self.exists()
        self.make()
        try:
            yield
        finally:
            if not there and not self.names():
                self.remove()

    @contextmanager
    def for_work(self) -> Iterator["Storage"]:
        """
        Have a folder in this one that nobody else uses, and that goes with all that is in it when the block ends.

        Raises:
            OutputError: it can't be made.
        """
        # Who reads folders of Parquet passes over names that begin so.
        work = self.below(f"_patron-{secrets.token_hex(4)}")
        work.make()
        try:
            yield work
        finally:
            work.remove()

    def exists(self, name: str = "") -> bool:
        """Say whether the folder, or a file in it, is there."""
        return bool(self.system.exists(self._path(name)))

    def names(self) -> list[str]:
        """Return the names of what is in the folder, in order; none where there is no folder."""
        self.system.invalidate_cache()
        try:
            return sorted(path.rpartition("/")[2] for path in self.system.ls(self.root, detail=False))
        except FileNotFoundError:
            return []

    def read(self, name: str, start: int | None = None, stop: int | None = None) -> bytes:
        """Return the bytes of a file, or some of them."""
        return bytes(self.system.cat_file(self._path(name), start=start, end=stop))

    @contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """
        Open a file to be written, which is there, whole, when the block has ended well.

        It may be written twice, even at the same time, by workers that do the same work: the result is one of theirs.

        Raises:
            OutputError: it can't be written.
        """
        path = self._path(name)
        # What is written to an object store is there when it is closed; a file is there when it has its name.
        draft = f"{path}.{socket.gethostname()}-{os.getpid()}" if self.local else path
        with self._writing(name):
            try:
                with self.system.open(draft, "wb") as file:
                    yield file
                if draft != path:
                    Path(draft).replace(path)
            except BaseException:
                if draft != path:
                    with suppress(OSError):
                        Path(draft).unlink()
                raise

    def write(self, name: str, content: bytes) -> None:
        """
        Write a file.

        Raises:
            OutputError: it can't be written.
        """
        with self.writing(name) as file:
            file.write(content)

    def remove(self, name: str = "") -> None:
        """Remove a file, or the folder with all that is in it; nothing happens where there is none."""
        self.system.invalidate_cache()
        with suppress(FileNotFoundError):
            self.system.rm(self._path(name), recursive=not name)

    def move(self, name: str, to: "Storage") -> None:
        """
        Move a file to another folder of the same file system.

        Raises:
            OutputError: it can't be moved.
        """
        with to._writing(name):  # noqa: SLF001 - of the same class
            if self.local:
                Path(self._path(name)).replace(to._path(name))  # noqa: SLF001 - as above
            else:
                self.system.mv(self._path(name), to._path(name))  # noqa: SLF001 - as above

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}" if name else self.root

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            key = "cluster.disk_full" if error.errno in _FULL else "cluster.not_written"
            shown = f"{self.name.rstrip('/')}/{name}" if name else self.name
            reason = error.strerror or str(error) or type(error).__name__
            raise OutputError(key, path=shown[:200], worker=socket.gethostname(), reason=reason[:200]) from error
