"""
Running analyses of rows: what they print, what they tell beside it, and what they refuse.
"""

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from patron import testing
from patron.plugins.mining.commands import analyse


class Notices:
    """A reporter that keeps what it hears."""

    def __init__(self):
        self.heard = []

    @contextmanager
    def progress(self, description, total):
        yield self

    def advance(self, amount):
        """Be told how far the work is."""

    def notice(self, message):
        self.heard.append(message)


@attrs.frozen(kw_only=True)
class Printed:
    """What a command printed, what it told on the side, and how it ended."""

    stdout: str
    notices: str
    exit_code: int


@pytest.fixture
def printed() -> Callable[..., Printed]:
    """Return a function that runs `patron analyse` with arguments."""

    def printed(*args, lang="en"):
        notices = Notices()
        app = testing.app(lang=lang)._replace(reporter=notices)
        result = CliRunner().invoke(analyse, [str(arg) for arg in args], obj=app, catch_exceptions=False)
        return Printed(stdout=result.output, notices="\n".join(notices.heard), exit_code=result.exit_code)

    return printed


@pytest.fixture
def refused() -> Callable[..., str]:
    """Return a function that runs `patron analyse` with arguments and returns the message of the error that ends it."""

    def refused(error, *args, lang="en"):
        with pytest.raises(error) as caught:
            CliRunner().invoke(
                analyse, [str(arg) for arg in args], obj=testing.app(lang=lang), catch_exceptions=False, standalone_mode=False
            )
        return caught.value.message(lang)

    return refused


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file and returns its path."""

    def text_file(text, name="rows.csv"):
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    return text_file
