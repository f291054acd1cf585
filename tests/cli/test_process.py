"""Every way a run can end: words, exit code, and never a traceback."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BODY = """
import click, errno, sys
from patron.core.errors import InputError

@click.command()
@click.pass_obj
def go(app):
    {}

@hookimpl
def cli_commands():
    return [go]
"""
KEYS = {"hooks": '["cli_commands"]', "commands": '{go = {en = "Go", zh = "走"}}'}


@pytest.fixture(name="go")
def _go(patron, install):
    """Return a function that runs a command whose body is the given line."""

    def go(body, *words):
        install("one", BODY.format(body), **KEYS)
        return patron(*words, "go")

    return go


def test_done(go):
    assert 0 == go("pass").code


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("raise KeyboardInterrupt", 130, "Interrupted"),
        ("raise click.Abort", 130, "Interrupted"),
        ("raise MemoryError", 1, "memory"),
        ("raise OSError(errno.ENOSPC, 'full', '/data/out.csv')", 1, "The disk is full: /data/out.csv"),
        ("raise BrokenPipeError(errno.EPIPE, 'gone')", 141, None),
        ("raise InputError('config.not_found', path='x.csv')", 1, "x.csv does not exist"),
        ("raise click.UsageError('so not')", 2, "so not"),
        ("click.get_current_context().exit(5)", 5, None),
        ("sys.exit(7)", 7, None),
        ("sys.exit()", 0, None),
        ("sys.exit('words')", 1, None),
    ],
)
def test_ends_have_words_and_codes(go, body, code, words):
    result = go(body)

    assert code == result.code
    assert (words or "") in result.err
    assert words is not None or "" == result.err
    assert "Traceback" not in result.err


def test_bug_of_a_plugin_is_kept_in_a_file(go, tmp_path):
    """A bug names whose it is and the file with the traceback, which is never printed."""
    result = go("raise ZeroDivisionError('bad\\n   luck')")

    assert 70 == result.code
    found = re.match(
        r"patron: This is a bug of one, not of your input: ZeroDivisionError: bad luck\. .* in (\S+\.txt);", result.err
    )
    kept = Path(found[1])
    assert kept.parent == tmp_path
    assert "ZeroDivisionError: bad" in kept.read_text("utf-8")
    assert "Traceback" not in result.err


def test_bug_in_chinese(go):
    assert "这是 one 的程序错误" in go("1 / 0", "--lang", "zh").err


def test_bug_of_ours_is_ours(patron, monkeypatch):
    monkeypatch.setattr("patron.cli.process.Root", None)

    assert "This is a bug of Patron" in patron("plugins", "list").err


def test_bug_without_a_temp_folder_is_said(go, monkeypatch):
    def refuse(**_):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("tempfile.mkstemp", refuse)

    assert "could not be written" in go("1 / 0").err


def start(*words, **streams):
    return subprocess.Popen([sys.executable, "-m", "patron", *words], stderr=subprocess.PIPE, **streams)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_closed_pipe_is_quiet():
    """The reader of our output goes away before anything is written: no traceback, not even while the interpreter ends."""
    reader, writer = os.pipe()
    os.close(reader)
    with start("plugins", "list", stdout=writer) as process:
        os.close(writer)
        assert b"" == process.stderr.read()
        assert 141 == process.wait(60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_full_disk_on_output_is_said():
    with Path("/dev/full").open("wb") as full, start("plugins", "list", stdout=full) as process:
        message = process.stderr.read().decode()
        assert "patron: The disk is full" in message
        assert "Traceback" not in message
        assert 1 == process.wait(60)


def test_output_that_the_terminal_cannot_show_is_escaped():
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    with start("--lang", "zh", "plugins", "list", stdout=subprocess.PIPE, env=env) as process:
        assert b"\\u540d\\u79f0" in process.stdout.read()
        assert 0 == process.wait(60)


def test_what_is_registered_for_the_end_runs_and_nothing_printed_is_lost(tmp_path: Path) -> None:
    """The quick end runs exit functions, waits for threads, writes everything out and keeps the exit code."""
    program = """
import atexit, sys, threading
from patron.cli import main
atexit.register(lambda: print("registered"))
done = threading.Event()
if sys.argv[1] == "thread":
    threading.Thread(target=lambda: (done.wait(), print("waited"))).start()
    atexit.register(done.set)
    threading._register_atexit(done.set)
main(["--version"] if sys.argv[1] == "thread" else ["nonsense"])
"""
    for word, code, printed in (("plain", 2, ["registered"]), ("thread", 0, ["patron", "waited", "registered"])):
        ended = subprocess.run([sys.executable, "-c", program, word], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert ended.returncode == code
        for part in printed:
            assert part in ended.stdout


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_closed_before_the_start(closed: str, tmp_path: Path) -> None:
    """What can't be shown is not shown; the run ends as it would otherwise."""
    (tmp_path / "in.csv").write_text("who,when,money\na,2025-01-01,1\n")
    words = "score in.csv --customer who --time when --amount money --as-of 2025-12-31 -o out.csv"
    command = f"'{sys.executable}' -m patron {words} {closed}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "out.csv").exists()
