"""
The process in which a channel asks its provider, for a parent that ends it when its time is up.

It is run by its path. Its input is one pickled `Errand`, and a byte for each part that was kept, for which it waits; its output
is what the channel yields, each part pickled by itself, and how it ended: nothing, why the provider could not be asked, or an
error. What a channel prints is heard by nobody, for it may be anything; what is wrong it raises.
"""

import os
import pickle
import sys
from contextlib import suppress
from time import monotonic
from typing import IO, Any


def main() -> None:
    """Do the errand that the input asks for."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.path[:0] = [one for one in pickle.load(sys.stdin.buffer) if one not in sys.path]  # noqa: S301  # our own parent wrote it
    try:
        errand = pickle.load(sys.stdin.buffer)  # noqa: S301  # as above
    except Exception as error:  # noqa: BLE001  # a plugin that can be imported there and not here
        _send(output, f"{type(error).__name__}: {error}")
        return
    # A parent that is gone waits for nothing.
    with suppress(BrokenPipeError):
        _run(errand, output)


def _run(errand: Any, output: IO[bytes]) -> None:
    from patron.core.errands.network import DirectNetwork
    from patron.core.records.intake import Unreadable
    from patron.core.records.polling import Unavailable

    try:
        network = DirectNetwork(errand.now, errand.seconds)
        for part in errand.parts(network):
            _send(output, part)
            since = monotonic()
            if not sys.stdin.buffer.read(1):
                return  # whoever was to keep it is gone
            network.grant(monotonic() - since)
    except (Unavailable, Unreadable) as error:
        _send(output, error.reason)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  # somebody else's code: the parent says whose
        _send(output, errand.failure(error))
    else:
        _send(output, None)


def _send(output: IO[bytes], said: object) -> None:
    pickle.dump(said, output)
    output.flush()


if __name__ == "__main__":
    main()
