"""
A run of the command line as a process: every way it can end becomes words on stderr and an exit code.

0 done · 1 failed · 2 asked in a way that can't be done · 70 a bug · 129 the terminal closed · 130 interrupted · 141 the reader of
our output went away · 143 told to end.
"""

import atexit
import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import NoReturn, TextIO

import click

from patron.cli.formatting import own_signs
from patron.cli.launch import Launch, launch
from patron.cli.root import Root
from patron.cli.wording import WORDS
from patron.core.errors import PatronError, PluginError
from patron.core.i18n import Translator

FAILED = 1
BUG = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
_TOLD_TO_END = ("SIGTERM", "SIGHUP")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_GLOBAL = ("--as", "--config", "--safe-mode", "--trace")


class Terminated(KeyboardInterrupt):
    """
    The process was told to end. Like an interrupt it unwinds whatever is under way, and is nobody's fault.

    Attributes:
        signal: what told it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = signal.Signals(number)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process."""
    # A stream that was closed before the start is None; an open null device also keeps its number from the files we write.
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - open until the process ends
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that the terminal can't show must not end the work
            stream.reconfigure(errors="backslashreplace")
    # The BLAS that NumPy brings lets its threads spin for a while when it is loaded; nothing here waits for them.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    # Loading libraries makes 90,000 objects that stay: a collection for every 700 of them takes a twentieth of the time in which
    # they are loaded, and a single one in the middle 10 ms.
    gc.set_threshold(200_000)
    code = run(sys.argv[1:] if args is None else args)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _end(error, None)
        _silence(sys.stdout)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """
    End the process at once.

    Taking a process apart that held millions of customers costs up to a tenth of the whole run, and the system does it for
    nothing. What is registered to run at the end runs; where someone's thread is still at work, Python waits for it as usual.
    """
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    if others:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way to run them
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def run(args: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    state: Launch | None = None
    try:
        with _ending_on_signals():
            state = launch(args)
            _execute(args, state)
    except BaseException as error:  # noqa: BLE001  # every end is put into words, an interrupt and SystemExit too
        return _end(error, state)
    return 0


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Unwind, so that drafts and temporary folders go, when the process is told to end; a second signal doesn't disturb that."""
    if threading.current_thread() is not threading.main_thread():  # others can't hear signals
        yield
        return
    numbers = [getattr(signal, name) for name in _TOLD_TO_END if hasattr(signal, name)]
    # One that is ignored (nohup) or that somebody else handles stays as it is.
    heard = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    told = False

    def unwind(number: int, _: object) -> None:
        nonlocal told
        if not told:
            told = True
            raise Terminated(number)

    for number in heard:
        signal.signal(number, unwind)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _execute(args: Sequence[str], state: Launch) -> None:
    if state.problem is not None and not {"-h", "--help", "--version"}.intersection(args):
        raise state.problem
    root = Root(state)
    with root.make_context("patron", list(args)) as ctx:
        root.invoke(ctx)


def _end(error: BaseException, state: Launch | None) -> int:
    """Say how the run ended and return the exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case SystemExit():
            return error.code if isinstance(error.code, int) else FAILED if error.code else 0
        case click.ClickException():
            return _complain(error, state)
        case PatronError():
            return _refuse(error, state)
    return _break_off(error, state)


def _break_off(error: BaseException, state: Launch | None) -> int:
    """Say what the world, or a bug, did to the run and return the exit code."""
    match error:
        case Terminated():
            return _say(128 + error.signal, state, "cli.terminated", signal=error.signal.name)
        case KeyboardInterrupt() | click.Abort():
            return _say(INTERRUPTED, state, "cli.interrupted")
        case BrokenPipeError():
            _silence(sys.stdout)
            return PIPE_CLOSED
        case MemoryError():
            return _say(FAILED, state, "cli.memory")
        case OSError() if error.errno in _FULL:
            return _say(FAILED, state, "cli.disk_full", path=error.filename or "/dev/stdout")
    from patron.cli.crash import report_bug  # loaded only when there is one

    key, details = report_bug(error, state)
    return _say(BUG, state, key, **details)


def _complain(error: click.ClickException, state: Launch | None) -> int:
    """Let click show its complaint; an option that stands behind the command and belongs before it gets a hint."""
    said = StringIO()
    error.show(said)
    click.echo(own_signs(said.getvalue()), err=True, nl=False)
    if isinstance(error, click.NoSuchOption) and error.option_name in _GLOBAL:
        _say(error.exit_code, state, "cli.option_before", option=error.option_name)
    return error.exit_code


def _refuse(error: PatronError, state: Launch | None) -> int:
    lang = state.app.lang if state else "en"
    click.echo(f"patron: {error.message(lang)}", err=True)
    if isinstance(error, PluginError) and state is not None:
        click.echo(state.t("host.remedy", **error.details), err=True)
    return error.exit_code


def _say(code: int, state: Launch | None, key: str, **details: object) -> int:
    t = state.t if state else Translator("en", WORDS)
    with suppress(OSError):  # the terminal may be gone
        click.echo(f"patron: {t(key, **details)}", err=True)
    return code


def _silence(stream: TextIO) -> None:
    """Send what is still to be written to nowhere, so that the interpreter doesn't fail with it while it ends."""
    with suppress(OSError, ValueError):  # there may be no file behind the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
