"""
Who a client is: the other end of the connection, or, where that is a proxy that we trust, whom the proxy names.

What a client says about itself is never believed: of `X-Forwarded-For` the last address counts that no trusted proxy has.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from patron.core.errors import ConfigurationError
from patron.core.i18n import CORE, Catalogue
from patron.core.names import shorten

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
FORWARDED = "x-forwarded-for"


class Networks:
    """
    A set of networks.

    Args:
        written: addresses and networks, as they stand in the settings.
        where: where they stand, for the complaint.

    Raises:
        ConfigurationError: one of them is neither.
    """

    def __init__(self, written: Iterable[str], where: str) -> None:
        self._networks: list[Network] = []
        for one in written:
            try:
                self._networks.append(ip_network(one))
            except ValueError as error:
                raise ConfigurationError("serve.no_network", catalogue=WORDS, where=where, got=shorten(one)) from error

    def __contains__(self, address: Address | None) -> bool:
        return address is not None and any(address.version == one.version and address in one for one in self._networks)

    def __bool__(self) -> bool:
        return bool(self._networks)


class Clients:
    """
    Tells who a client is.

    Args:
        proxies: which are trusted.
    """

    def __init__(self, proxies: Networks) -> None:
        self._proxies = proxies

    def trusted(self, scope: Mapping[str, Any]) -> bool:
        """Say whether the other end of the connection is a proxy that we trust."""
        return _peer(scope) in self._proxies

    def address(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> Address | None:
        """Return the address of a client; None where nobody knows it, as at the end of a Unix socket."""
        peer = _peer(scope)
        if peer not in self._proxies:
            return peer
        return _named(headers.get(FORWARDED, "").split(","), self._proxies) or peer

    def direct(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> Address | None:
        """Return the address of a client; None also where a proxy stands between that nobody told us to trust."""
        return None if FORWARDED in headers and not self.trusted(scope) else self.address(scope, headers)


def client_key(address: Address | None) -> str:
    """Return by what a client is counted: its address, for IPv6 its network of 64 bits, all of which is one household's."""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def _peer(scope: Mapping[str, Any]) -> Address | None:
    client: Sequence[Any] | None = scope.get("client")
    return _parsed(client[0]) if client else None


def _named(said: Sequence[str], proxies: Networks) -> Address | None:
    """Return the last address of a list that no trusted proxy has; None where there is none, or something else stands there."""
    for one in reversed(said):
        address = _parsed(one.strip())
        if address is None or address not in proxies:
            return address
    return None


def _parsed(written: str) -> Address | None:
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
