"""Which connections the network reaches."""

from collections.abc import Callable
from typing import Any

import pytest

from patron.app import App
from patron.core.errors import ConfigurationError, UsageError
from patron.plugins.web.intake.doors import doors_of

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


@pytest.fixture(name="doors")
def _doors(installed: App) -> Callable[..., Any]:
    def give(*anybody: str, **connections: dict[str, Any]) -> Any:
        settings = installed.settings
        settings = settings._replace(serve=settings.serve._replace(anybody=anybody), intake={**settings.intake, **connections})
        with installed._replace(settings=settings).session() as session:
            return doors_of(session)

    return give


def test_only_who_shows_who_he_is_comes_in(doors: Callable[..., Any]) -> None:
    """A connection whose channel can't tell is closed, and told; one that comes by file alone is neither."""
    found = doors(calls={"channel": "cdr"})

    assert (sorted(found.served), found.closed) == (["shop"], ("portal",))


def test_what_is_named_is_open_to_anybody(doors: Callable[..., Any]) -> None:
    """A connection, and a channel by its code."""
    found = doors("portal", "adf")

    assert (sorted(found.served), found.closed) == (["adf", "portal", "shop"], ())


@pytest.mark.parametrize(("name", "error"), [("nobody", UsageError), ("cdr", ConfigurationError)])
def test_what_is_named_has_to_be_there(doors: Callable[..., Any], name: str, error: type[Exception]) -> None:
    """And to come by HTTP."""
    with pytest.raises(error, match=name):
        doors(name)


def test_a_connection_without_its_secret_ends_the_start(doors: Callable[..., Any]) -> None:
    """It would refuse everybody, and nobody would know."""
    with pytest.raises(ConfigurationError, match="secret"):
        doors(bad={"channel": "google_ads", "secret_env": "PATRON_TEST_NO_SUCH"})


def test_all_that_is_wrong_is_told_at_once(doors: Callable[..., Any]) -> None:
    """Whoever sets one variable, and starts again to hear of the next, gives up."""
    lacking = {name: {"channel": "google_ads", "secret_env": f"PATRON_TEST_{name.upper()}"} for name in ("one", "two")}
    with pytest.raises(ConfigurationError, match=r"(?s)^2 connections.*PATRON_TEST_ONE.*\n.*PATRON_TEST_TWO"):
        doors(**lacking)


def test_a_channel_that_answers_whose_leads_are_is_open_with_a_token_alone(doors: Callable[..., Any], secret_file: str) -> None:
    """Even where anybody is let in; without one it is told so at the start."""
    found = doors(desk={"channel": "walkin"}, tablet={"channel": "walkin", "bearer_file": secret_file})

    assert ("tablet" in found.served, "desk" in found.served, found.tokenless) == (True, False, ("desk",))
    with pytest.raises(ConfigurationError, match="desk is open to nobody without a token"):
        doors("desk", desk={"channel": "walkin"})
