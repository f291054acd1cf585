"""How connections are set up: options of the channel, secrets from outside, and complaints that say what to do."""

from pathlib import Path
from typing import Any

import pytest

from patron.core.config import Settings, read_settings
from patron.core.errors import PatronError
from patron.core.intake import open_connection
from patron.core.records import ChannelOption
from patron.core.records.intake import OptionKind
from patron.testing import app


def opened(table: dict[str, Any] | None, name: str = "shop", **environ: str) -> Any:
    settings = Settings(intake={} if table is None else {"shop": table}, timezone="Asia/Shanghai")
    with app(settings=settings).session() as session:
        return open_connection(session, name, environ).connection


def test_a_channel_is_a_connection_by_itself() -> None:
    """Under its code, with the defaults of its options, in the zone of the settings."""
    connection = opened(None, "lines")

    assert (connection.name, connection.options, connection.zone) == ("lines", {"token": None, "depth": 1}, "Asia/Shanghai")


def test_secrets_come_from_a_variable_or_a_file(tmp_path: Path) -> None:
    """The file must be its owner's alone."""
    file = tmp_path / "token"
    file.write_text("t2-long\n")
    file.chmod(0o600)

    by_variable = opened({"channel": "lines", "token_env": "TOKEN", "source": "forum", "joins": False}, TOKEN="t1-long")
    by_file = opened({"channel": "lines", "token_file": str(file), "depth": 3})

    assert (by_variable.options["token"], by_variable.source, by_variable.joins) == ("t1-long", "forum", False)
    assert by_file.options == {"token": "t2-long", "depth": 3}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"channel": "liens"}, "there is no channel 'liens'"),
        ({"depth": 1}, "names no channel, and there is none called shop"),
        ({"channel": "lines", "bearer": "t"}, "bearer_env = "),
        ({"channel": "lines", "token": "t"}, "the secret `token` does not belong into the file"),
        ({"channel": "lines", "colour": "red"}, "Known here: again, bearer_env, bearer_file, channel"),
        ({"channel": "lines", "dept": 3}, "there is no key dept. The nearest is depth"),
        ({"channel": "lines", "depth": "deep"}, 'depth must be a whole number without quotes; it is "deep"'),
        ({"channel": "lines", "deadline": 0}, "deadline = 0 is too small; it has to be 1 or more"),
        ({"channel": "lines", "per_minute": -1}, "per_minute = -1 is too small"),
        ({"channel": "lines", "most_envelopes": 0}, "most_envelopes = 0 is too small"),
        ({"channel": "lines", "most_bytes": 0}, "most_bytes = 0 is too small"),
        ({"channel": "lines", "most_awaited": 0}, "most_awaited = 0 is too small"),
        ({"channel": "lines", "source": "moon"}, "there is no source 'moon'"),
        ({"channel": "lines", "token_env": "TOKEN"}, "TOKEN with the secret `token` is not set"),
        ({"channel": "lines", "token_env": "SHORT"}, "the secret `token` has 5 characters; it needs 6 at least"),
        ({"channel": "lines", "token_file": "/nowhere"}, "can't be read"),
    ],
)
def test_a_wrong_table_is_refused(table: dict[str, Any], complaint: str) -> None:
    """A secret in the file itself included."""
    with pytest.raises(PatronError, match=complaint.replace("(", r"\(")):
        opened(table, SHORT="s3cre")


def test_a_complaint_names_the_line_of_the_key(tmp_path: Path) -> None:
    """That of the table, where the key is lacking; and in a list of complaints each its own."""
    file = tmp_path / "patron.toml"
    table = {
        "channel": 'channel = "lines"',
        "source": 'source = "forum"',
        "depth": "depth = 1",
        "deadline": "deadline = 5",
        "token": 'token_env = "TOKEN"',
    }
    for name, line, wrong, complaint in (
        ("channel", 3, 'channel = "liens"', "no channel 'liens'"),
        ("source", 4, 'source = "moon"', "no source 'moon'"),
        ("depth", 5, 'depth = "deep"', "depth must be"),
        ("depth", 5, "colour = 1", "there is no key colour"),
        ("deadline", 6, "deadline = 0", "deadline = 0 is too small"),
        ("token", 7, 'token_env = "NOWHERE"', "NOWHERE"),
        ("token", 7, 'token_env = "TOKEN"\nbearer_env = "NOWHERE"', "NOWHERE"),
    ):
        written = {**table, name: wrong}
        file.write_text("\n".join(["", "[intake.shop]", *written.values()]))
        office = app(settings=read_settings(file, environ={}))
        with office.session() as session, pytest.raises(PatronError, match=complaint) as caught:
            open_connection(session, "shop", {"TOKEN": "t0ken-long"})
        assert f"patron.toml:{line + wrong.count(chr(10))}: " in str(caught.value)


def test_all_that_is_wrong_with_a_connection_is_told_at_once(channel: Any) -> None:
    """Whoever sets one up is not sent away once for each secret; nested in the start of a server, it is a list in a list."""
    secrets = (ChannelOption(name=name, kind=OptionKind.SECRET, required=True) for name in ("token", "key"))
    channel(options=(*secrets, ChannelOption(name="depth", kind=OptionKind.INTEGER)))
    table = {"channel": "lines", "token_env": "TOKEN", "depth": "deep", "bearer_env": "BEARER"}

    with pytest.raises(PatronError) as caught:
        opened(table)
    english, chinese = caught.value.message(), caught.value.message("zh")

    first, *rest = english.splitlines()
    assert first == "4 things are wrong with the connection 'shop':"
    assert [next(word for word in ("TOKEN", "key_env", "deep", "BEARER") if word in one) for one in rest] == [
        "TOKEN",
        "key_env",
        "deep",
        "BEARER",
    ]
    assert all(one.startswith("  - ") for one in rest)
    assert chinese.startswith("连接")


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    file = tmp_path / "token"
    file.write_text("t")
    file.chmod(0o644)
    with pytest.raises(PatronError, match="chmod 600"):
        opened({"channel": "lines", "token_file": str(file)})


def test_an_unknown_name_is_near_a_known_one() -> None:
    """What was meant is said."""
    with pytest.raises(PatronError, match="is 'shop' meant"):
        opened({"channel": "lines"}, "shp")


def test_an_option_with_choices_takes_one_of_them(channel: Any) -> None:
    """Anything else is said, with what it can be."""
    channel(options=(ChannelOption(name="scheme", choices=("token", "hmac"), default="hmac"),))

    assert opened({"channel": "lines", "scheme": "token"}).options == {"scheme": "token"}
    with pytest.raises(PatronError, match="scheme = 'tokn' is none of what it can be: token, hmac"):
        opened({"channel": "lines", "scheme": "tokn"})
