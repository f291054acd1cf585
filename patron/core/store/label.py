"""
The label of a backup: what it is a copy of, how far that was, and a digest by which a half-written or damaged file is told.

It lies beside the backup as `FILE.json` and is written last: a backup without one is not complete.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from patron.core.store.failures import StoreError
from patron.core.store.history import Anchor

FORMAT = 1
_CHUNK = 1 << 20


@attrs.frozen(kw_only=True)
class Label:
    """
    What is known of a backup.

    Attributes:
        backend: the database that it is of, `sqlite` or `postgresql`.
        made_at: when it was made.
        size: the bytes of the file.
        sha256: their digest.
        revisions: version table → revision.
        head: the end of the history in it.
    """

    backend: str
    made_at: datetime
    size: int
    sha256: str
    revisions: Mapping[str, str]
    head: Anchor


def label_path(backup: Path) -> Path:
    """Return where the label of a backup lies."""
    return backup.with_name(f"{backup.name}.json")


def digest_of_file(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file. Not of a live database: reading it would drop the locks that this process has on it."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def to_json(label: Label) -> str:
    """Return the text of a label."""
    said = {
        "format": FORMAT,
        "backend": label.backend,
        "made_at": label.made_at.isoformat(),
        "size": label.size,
        "sha256": label.sha256,
        "revisions": dict(label.revisions),
        "head": {"sequence": label.head.sequence, "digest": label.head.digest.hex()},
    }
    return json.dumps(said, indent=2) + "\n"


def read_label(backup: Path) -> Label:
    """
    Return the label of a backup, when the file is the one that it was written for.

    Raises:
        StoreError: there is no label, or the file is shorter, longer or another one.
    """
    label = _parse(backup)
    try:
        size, sha256 = digest_of_file(backup)
    except OSError as error:
        raise StoreError("backup.unreadable", file=backup, reason=error.strerror) from error
    if size != label.size:
        raise StoreError("backup.half", file=backup, size=size, expected=label.size)
    if sha256 != label.sha256:
        raise StoreError("backup.damaged", file=backup)
    return label


def _parse(backup: Path) -> Label:
    path = label_path(backup)
    if not backup.exists():
        raise StoreError("backup.no_file", file=backup)
    if not backup.is_file():
        raise StoreError("backup.unreadable", file=backup, reason="–")
    if not path.is_file():
        raise StoreError("backup.no_label", file=backup, label=path.name)
    try:
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Label(
            backend=str(said["backend"]),
            made_at=datetime.fromisoformat(said["made_at"]),
            size=int(said["size"]),
            sha256=str(said["sha256"]),
            revisions={str(name): str(revision) for name, revision in said["revisions"].items()},
            head=Anchor(int(said["head"]["sequence"]), bytes.fromhex(said["head"]["digest"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("backup.bad_label", label=path) from error
