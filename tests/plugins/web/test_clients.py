"""Who a client is, is said by who is trusted to know."""

from ipaddress import ip_address
from typing import Any

import pytest

from patron.core.errors import ConfigurationError
from patron.plugins.web.clients import Clients, Networks, client_key

PROXIES = Networks(["127.0.0.1", "10.0.0.0/8", "::1"], "here")


def scope(peer: str | None) -> dict[str, Any]:
    return {"client": None if peer is None else (peer, 1)}


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "1.2.3.4", "192.0.2.7"),  # whoever says so himself is not believed
        ("127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.1.1", "1.2.3.4"),  # the last one whom no proxy of ours is
        ("::ffff:127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, unknown", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1", "127.0.0.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        (None, "1.2.3.4", "None"),
    ],
)
def test_who_a_client_is(peer: str | None, said: str | None, client: str) -> None:
    headers = {} if said is None else {"x-forwarded-for": said}

    assert str(Clients(PROXIES).address(scope(peer), headers)) == client


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [("127.0.0.1", None, "127.0.0.1"), ("127.0.0.1", "1.2.3.4", "None"), ("10.1.1.1", "1.2.3.4", "1.2.3.4")],
)
def test_a_proxy_that_nobody_trusts_makes_nobody_near(peer: str, said: str | None, client: str) -> None:
    """Else all the world would be this machine, where a proxy runs on it that the settings don't name."""
    clients = Clients(Networks(["10.0.0.0/8"], "here"))

    assert str(clients.direct(scope(peer), {} if said is None else {"x-forwarded-for": said})) == client


def test_a_household_has_a_network_of_ipv6() -> None:
    keys = [client_key(ip_address(one)) for one in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:1.2.3.4", "1.2.3.4")]

    assert keys == ["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64", "1.2.3.4", "1.2.3.4"]


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"here: 10\.0\.0\.1/8 is neither"):
        Networks(["10.0.0.1/8"], "here")
