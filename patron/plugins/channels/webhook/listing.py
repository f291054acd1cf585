"""
Asking for a list of leads: providers that don't send, and what one that does sent in vain.

The list is asked for from one time to another, page by page. Each lead of it is a delivery by itself, written in one way, so that
the same lead fetched again is the same bytes; the times overlap, for lists are often behind.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from patron import Connection, Delivery, Fetched, Network, Reason, Unavailable, Unreadable, read_json
from patron.plugins.channels.webhook.presets import preset_of

_TIMES: Mapping[str, Callable[[datetime, str], str]] = {
    "local": lambda at, zone: at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
    "iso": lambda at, _: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "seconds": lambda at, _: str(int(at.timestamp())),
    "day": lambda at, zone: at.astimezone(ZoneInfo(zone)).date().isoformat(),
}
"""How a provider wants times to be written."""


def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    """
    Yield the leads of a list since the last time; the first time those of the last days.

    Raises:
        Unavailable: the provider can't be asked, answers with no list, or with one that has no end.
    """
    options = connection.options
    path = str(options["items"] or preset_of(connection).get("items", ""))
    back = {"seconds": int(options["overlap"])} if cursor else {"days": int(options["days"])}
    since = (datetime.fromisoformat(cursor) if cursor else network.now) - timedelta(**back)
    write, most = _TIMES[options["times"]], int(options["most_pages"])
    around = {"since": write(since, connection.zone), "until": write(network.now, connection.zone)}
    before: Sequence[bytes] = ()
    for page in range(1, most + 1):
        address = _address(options["ask"], around | {"page": str(page)})
        rows = [_body(row, path) for row in _rows(address, path, connection, network)]
        if not rows or rows == before:
            break
        # Only the whole list says how far one has come: nobody promises an order.
        yield Fetched(deliveries=tuple(_delivery(body, network) for body in rows), cursor=cursor)
        if "{page}" not in options["ask"]:
            break
        before = rows
    else:
        raise Unavailable(Reason("reason.endless", most=most))
    yield Fetched(cursor=network.now.astimezone(UTC).isoformat())


def _address(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", quote(value, safe=""))
    return template


def _rows(address: str, path: str, connection: Connection, network: Network) -> Sequence[Mapping[str, Any]]:
    options, token = connection.options, str(connection.options["ask_token"] or "")
    answer = network.request(address, headers={options["ask_header"]: token} if token else {})
    if answer.status != 200:
        raise Unavailable(Reason("reason.status", status=answer.status))
    try:
        said = read_json(answer.body)
    except Unreadable as error:
        raise Unavailable(error.reason) from error
    for step in filter(None, path.split(".")):
        if not isinstance(said, Mapping) or step not in said:
            raise _no_list(path, said)
        said = said[step]
    if said is not None and not isinstance(said, list):
        raise _no_list(path, said)
    return [row for row in said or () if isinstance(row, Mapping)]


def _no_list(path: str, said: Any) -> Unavailable:
    return Unavailable(Reason("reason.no_list", path=path or "/", said=json.dumps(said, ensure_ascii=False)[:120]))


def _body(row: Mapping[str, Any], path: str) -> bytes:
    """Return a lead as its list would have it that has no other."""
    said: Any = [row]
    for step in reversed([step for step in path.split(".") if step]):
        said = {step: said}
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _delivery(body: bytes, network: Network) -> Delivery:
    return Delivery(body=body, received_at=network.now, content_type="application/json")
