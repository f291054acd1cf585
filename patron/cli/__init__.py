"""
The command line: a command parses, opens a session, calls a use case, and shows what comes back.

`process` runs a command line and turns every way it can end into words and an exit code; `root` knows which commands there are
and loads the one that is run; `wording` puts their help, and click's own words, into the reader's language. Help texts of
commands and options are message keys, of this package's catalogue or of the plugin's own; text that is no key is shown as it is.
"""

import os
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "run"]

_INTERRUPTED = 130


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process."""
    try:
        from patron.cli import process
    except KeyboardInterrupt:  # nothing has begun yet, and the words to say so may not be there
        os._exit(_INTERRUPTED)
    process.main(args)


def run(args: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    from patron.cli import process

    return process.run(args)
