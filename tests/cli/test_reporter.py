"""Progress and notices go to stderr; a bar is drawn only where that is a terminal."""

import io
import sys

from patron.cli.reporter import TerminalReporter


class Terminal(io.StringIO):
    def isatty(self):
        return True


def work(reporter):
    with reporter.progress("Reading", 10) as task:
        task.advance(10)


def test_notice_goes_to_stderr(capsys):
    TerminalReporter().notice("Look.")

    assert ("", "Look.\n") == tuple(capsys.readouterr())


def test_no_bar_without_a_terminal(capsys):
    work(TerminalReporter())

    assert ("", "") == tuple(capsys.readouterr())


def test_bar_on_a_terminal(monkeypatch, capsys):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    work(TerminalReporter())

    assert "Reading" in terminal.getvalue()
    assert "" == capsys.readouterr().out
