"""
Sending a channel to its provider: in a process of its own, which has so many seconds and then none.

They are the provider's: while we keep a part, the process waits for us, and its time stands still.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import IO

from patron.core.errands.errand import Errand
from patron.core.errors import PatronError
from patron.core.records.intake import Unreadable
from patron.core.records.polling import Fetched, Network, Unavailable

_CHILD = Path(__file__).with_name("child.py")


Run = Callable[[Errand], Iterator[Fetched]]
"""What does an errand: yields what was fetched, and raises a `PatronError` where it could not go on."""


def run_here(errand: Errand, network: Network) -> Iterator[Fetched]:
    """Do an errand in this process, by a network of one's own; for tests."""
    try:
        yield from errand.parts(network)
    except (Unavailable, Unreadable) as error:
        raise PatronError("intake.unavailable", reason=error.reason) from error
    except Exception as error:
        raise errand.failure(error) from error


def run_apart(errand: Errand) -> Iterator[Fetched]:
    """
    Do an errand in a process of its own, which is ended when its time is up; behind a part it goes on when the next is asked for.

    Raises:
        PatronError: the provider can't be asked, the channel failed, or the time was up.
    """
    try:
        asked = pickle.dumps(sys.path) + pickle.dumps(errand)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise errand.failure(error) from error
    with _started(errand.seconds) as (process, time):
        assert process.stdin is not None  # noqa: S101  # there is one where a pipe was asked for
        assert process.stdout is not None  # noqa: S101  # as above
        with suppress(BrokenPipeError):
            process.stdin.write(asked)
            process.stdin.flush()
        while isinstance(said := _heard(process.stdout), Fetched):
            with time.stopped():
                yield said
            # Whoever asks for the next part has kept this one.
            with suppress(BrokenPipeError):
                process.stdin.write(b"\n")
                process.stdin.flush()
        if isinstance(said, PatronError):
            raise said
        if isinstance(said, str):
            raise PatronError("intake.unavailable", reason=said)
        if said is not None:
            key = "intake.late" if time.is_up else "intake.errand_ended"
            raise PatronError(key, plugin=errand.plugin, seconds=errand.seconds, code=process.wait())


class _Nothing:
    """What is heard of a process that is gone."""


def _heard(pipe: IO[bytes]) -> object:
    try:
        return pickle.load(pipe)  # noqa: S301  # our own child wrote it
    except (EOFError, pickle.UnpicklingError):
        return _Nothing()


class _Time:
    """
    The time of a process, which ends it when it is up.

    Args:
        process: the process.
        seconds: how long it may work.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", seconds: float) -> None:
        self.is_up = False
        self._process = process
        self._left = seconds
        self.go_on()

    def go_on(self) -> None:
        """Let time pass."""
        self._since = monotonic()
        self._timer = Timer(self._left, self._end)
        self._timer.start()

    def stop(self) -> None:
        """Let no time pass."""
        self._timer.cancel()
        self._left = max(0.0, self._left - (monotonic() - self._since))

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let no time pass within a block; it goes on where that ends well."""
        self.stop()
        yield
        self.go_on()

    def _end(self) -> None:
        self.is_up = True
        self._process.kill()


@contextmanager
def _started(seconds: int) -> Iterator[tuple[subprocess.Popen[bytes], _Time]]:
    """Start the process, and end it with the block or when its time is up."""
    # A session of its own: an interrupt from the terminal is ours to handle, and our end is the child's.
    process = subprocess.Popen(
        [sys.executable, "-P", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time = _Time(process, seconds)
    try:
        yield process, time
    finally:
        time.stop()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
