"""The way out of letters: a link of each recipient's own, where it is set up; and none for what we owe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patron import Connection, UsageError
from patron.app import App
from patron.core.config.settings import ServeSettings
from patron.core.errors import ConfigurationError
from patron.plugins.channels.unsubscribe.channel import CHANNEL
from patron.plugins.mailing.leaving import lacks_way_out
from patron.plugins.mailing.merging import Merge, Merged, merge
from patron.plugins.mailing.template import Template
from patron.testing import ChannelSample

Write = Callable[..., Template]
SECRET = "link-s3cret"


@pytest.fixture(name="linked")
def _linked(house: App, tmp_path: Path) -> App:
    """Return the house with links to unsubscribe."""
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    intake = {"shop": {"channel": "adf"}, "leave": {"channel": "unsubscribe", "secret_file": str(secret)}}
    serve = ServeSettings(url="https://crm.example/")
    return house._replace(settings=house.settings._replace(intake=intake, serve=serve))


def merged(house: App, template: Template, **about: str) -> Merged:
    with house.session() as session:
        return merge(session, Merge(templates=(template,), **about))  # type: ignore[arg-type]  # as given


@pytest.mark.requirement("R234")
def test_every_letter_has_a_link_of_its_own(linked: App, letter: Write) -> None:
    found = merged(linked, letter("{{greeting}}\n{{unsubscribe}}\n"))
    links = [one.unsubscribe for one in found.letters]
    start, _, token = links[0].partition("?t=")
    (said,) = CHANNEL.parse(
        ChannelSample(body=b"", query={"t": token}).delivery("leave"), Connection(name="leave", options={"secret": SECRET})
    )

    assert start == "https://crm.example/intake/leave"
    assert len(set(links)) == 4
    assert found.letters[0].body == f"尊敬的欧阳先生\n{links[0]}\n"
    assert [one.written for one in said.contacts] == ["ouyang@example.com"]
    assert [(one.channel, one.purpose) for one in said.consents] == [("email", "marketing")]


def test_what_we_owe_has_no_link_unless_a_letter_asks_for_it(linked: App, letter: Write) -> None:
    assert {one.unsubscribe for one in merged(linked, letter("{{greeting}}"), purpose="service").letters} == {""}
    assert all(one.unsubscribe for one in merged(linked, letter("{{unsubscribe}}", "b.txt"), purpose="service").letters)


def test_without_a_connection_there_is_no_link(house: App, letter: Write) -> None:
    """A letter that asks for it is refused; of others it is told."""
    found = merged(house, letter("{{greeting}}"))
    with house.session() as session:
        lacks = [
            lacks_way_out(session, found.ask, [one.unsubscribe for one in found.letters]),
            lacks_way_out(session, found.ask, []),
        ]

    assert lacks == [True, False]
    with pytest.raises(UsageError, match="no address at which to unsubscribe"):
        merged(house, letter("{{unsubscribe}}", "b.txt"))


@pytest.mark.parametrize("url", [None, "http://crm.example"])
def test_a_link_leads_to_a_server_that_the_world_reaches_safely(linked: App, letter: Write, url: str | None) -> None:
    open_house = linked._replace(settings=linked.settings._replace(serve=ServeSettings(url=url)))

    with pytest.raises(ConfigurationError, match="begin with https"):
        merged(open_house, letter("{{greeting}}"))
