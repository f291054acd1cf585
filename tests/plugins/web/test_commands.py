"""`patron serve` refuses what can't be served, in words."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from patron.cli.process import run

CONNECTION = '[intake.shop]\nchannel = "webhook"\nscheme = "token"\nsecret_file = "secret"\n'


@pytest.fixture(name="serve")
def _serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_template: Path
) -> Callable[..., str]:
    """Return a function that tries to serve with a configuration, and returns the complaint."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "long").touch(mode=0o600)
    (tmp_path / "long").write_text("0123456789abcdef" * 2)
    (tmp_path / "patron.db").write_bytes(sqlite_template.read_bytes())

    def give(configuration: str, *args: str) -> str:
        (tmp_path / "patron.toml").write_text(f'[store]\ndatabase = "sqlite:///patron.db"\n{configuration}')
        assert run(["serve", *args]) == 2
        return capsys.readouterr().err

    return give


@pytest.mark.parametrize(
    ("configuration", "args", "said"),
    [
        ("", (), "no connection to serve"),
        ('[intake.portal]\nchannel = "adf"\n', (), "Not served: portal"),
        (CONNECTION, ("--host", "0.0.0.0"), "--public"),  # noqa: S104  # it is refused
        (CONNECTION, ("--host", "crm.example"), "--public"),
        ('[serve]\nhost = "::"\n' + CONNECTION, (), "--public"),
        ('[serve]\nproxies = ["all"]\n' + CONNECTION, (), "patron.toml:4: all is neither an address nor a network"),
        ('[serve]\nanybody = ["cdr"]\n' + CONNECTION, (), "patron.toml:4: cdr does not come by HTTP"),
        ('[serve]\nanybody = ["nobody"]\n' + CONNECTION, (), "nobody"),
        ("[serve]\nport = 70000\n" + CONNECTION, (), "serve.port must lie between 0 and 65535"),
        ("[serve]\nprot = 1\n" + CONNECTION, (), "The nearest is serve.port"),
        (CONNECTION, ("--host", "no such host", "--public"), "can't listen at no such host:8000"),
        # Calendars alone are something to serve.
        ('[serve]\ncalendar_secret_file = "long"\n', ("--host", "no such host", "--public"), "can't listen at no such host:8000"),
        ('[serve]\ncalendar_secret_file = "secret"\n', (), "patron.toml:4: the secret of the calendars has 6 characters"),
    ],
)
def test_what_can_not_be_served_is_refused(
    serve: Callable[..., str], configuration: str, args: tuple[str, ...], said: str
) -> None:
    assert said in serve(configuration, *args)


def test_a_port_that_is_taken_is_told(serve: Callable[..., str]) -> None:
    """In the language that was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = serve(CONNECTION, "--port", str(taken.getsockname()[1]), "--lang", "zh")

    assert "无法在 127.0.0.1:" in said
