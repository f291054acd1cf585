"""
A private PostgreSQL for tests: a cluster in a temporary folder that listens on a socket there and nowhere else.

Its server refuses to run as root; started by root, it runs as the first of the unprivileged users that the system has.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

PROGRAMS = "/usr/lib/postgresql"
"""Where distributions keep the programs of the server's versions, beside the PATH."""

_UNPRIVILEGED = ("postgres", "nobody")
_SETTINGS = {
    "fsync": "off",
    "listen_addresses": "",
    "max_connections": "64",
    "full_page_writes": "off",
    "log_min_messages": "fatal",
}


class Cluster:
    """
    A running private server.

    Attributes:
        folder: its data and its socket.
        user: the unprivileged user that it runs as; None for our own.
    """

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder = folder
        self.user = user
        self._numbers = count(1)

    def new_database(self, template: str | None = None, *, collation: str | None = None) -> str:
        """
        Make a database and return its address.

        Args:
            template: the address of one of which it is a copy, which nobody is connected to; empty without.
            collation: a language by whose rules it sorts (`en-US`), as ICU names it; by code points without.
        """
        name = f"patron_{next(self._numbers)}"
        like = f' TEMPLATE "{self._name(template)}"' if template else ""
        if collation is not None:
            like = f" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '{collation}'"
        self._tell(f'CREATE DATABASE "{name}"{like}')
        return f"postgresql://patron@/{name}?host={self.folder}"

    def drop(self, address: str) -> None:
        """Remove a database that `new_database()` made, whoever is connected to it."""
        self._tell(f'DROP DATABASE IF EXISTS "{self._name(address)}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host=str(self.folder), user="patron", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    @staticmethod
    def _name(address: str) -> str:
        return address.partition("@/")[2].partition("?")[0]

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as its user, and wait for its end."""
        command = [str(find_program(program)), *arguments]
        done = subprocess.run(command, user=self.user, capture_output=True, text=True, check=False, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr.strip()[-500:]}")


def find_program(name: str) -> Path | None:
    """Return the path of a program of the server (`initdb`, `pg_ctl`), if it is on this machine."""
    found = shutil.which(name)
    if found:
        return Path(found)
    return max(Path(PROGRAMS).glob(f"*/bin/{name}"), default=None)


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """
    Start a private server and stop it when the block ends.

    Raises:
        RuntimeError: the server's programs are missing, or one of them failed.
    """
    if find_program("initdb") is None or find_program("pg_ctl") is None:
        raise RuntimeError("PostgreSQL's programs initdb and pg_ctl are not on this machine")
    # The path of a socket is limited to about a hundred characters, which pytest's folders exceed.
    folder = Path(tempfile.mkdtemp(prefix="patron-pg-"))
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    cluster, data = Cluster(folder, user), str(folder / "data")
    try:
        cluster.run("initdb", "-D", data, "-U", "patron", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
        cluster.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-k '{folder}' {options}", "start")
        try:
            yield cluster
        finally:
            cluster.run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known:
            return name
    raise RuntimeError("the server refuses to run as root, and there is no unprivileged user to run it as")
