"""
Printed codes: an address as a picture that a telephone reads.
"""

from pathlib import Path

from patron.cli.wording import WORDS
from patron.core.errors import InputError, OutputError

_KINDS = ("svg", "png", "pdf", "eps")


def write_code(address: str, output: Path) -> None:
    """
    Write the QR code of an address, as the ending of the file says.

    Raises:
        InputError: the library for it is not installed.
        OutputError: the ending is none of a picture, or the file can't be written.
    """
    try:
        import segno
    except ImportError as error:
        raise InputError("intake.no_segno", catalogue=WORDS) from error
    kind = output.suffix.removeprefix(".").lower()
    if kind not in _KINDS:
        raise OutputError("intake.no_picture", catalogue=WORDS, path=output, known=", ".join(_KINDS))
    try:
        # Prints get dirty and torn: a quarter of the picture may be missing.
        segno.make(address, error="q", micro=False).save(str(output), kind=kind, scale=8)
    except OSError as error:
        raise OutputError("intake.no_picture_file", catalogue=WORDS, path=output, reason=error.strerror or "–") from error
