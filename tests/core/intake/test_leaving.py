"""The way out of letters: the first connection whose channel takes it in, and nothing where there is none."""

from collections.abc import Callable

import pytest

from patron.app import App
from patron.core.config.settings import ServeSettings
from patron.core.errors import PluginError
from patron.core.intake import way_out
from patron.core.records.intake import Contact

ZHANG = Contact(scheme="email", written="zhang@example.com")


@pytest.fixture(name="told")
def _told(office: App) -> App:
    return office._replace(settings=office.settings._replace(serve=ServeSettings(url="https://crm.example")))


def test_a_channel_that_takes_none_in_is_no_way_out(told: App) -> None:
    with told.session() as session:
        assert way_out(session) is None


def test_a_link_leads_to_the_connection(told: App, channel: Callable[..., None]) -> None:
    channel(unsubscribe=lambda contact, said, _: f"{contact.written}/{said.decision}/{said.channel}/{said.purpose}")
    with told._replace(settings=told.settings._replace(intake={"out 1": {"channel": "lines"}})).session() as session:
        way = way_out(session)

    assert way is not None
    assert way.link(ZHANG, "email", "marketing") == (
        "https://crm.example/intake/out%201?zhang@example.com/withdrawn/email/marketing"
    )


def test_a_channel_that_fails_is_named(told: App, channel: Callable[..., None]) -> None:
    channel(unsubscribe=lambda *_: 1 / 0)
    with told._replace(settings=told.settings._replace(intake={"lines": {}})).session() as session:
        way = way_out(session)

        assert way is not None
        with pytest.raises(PluginError, match="lines"):
            way.link(ZHANG, "email", "marketing")
