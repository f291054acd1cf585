"""
Asking Meta's Graph API: for the details behind notices, and for leads of forms whose notices never came.

Each lead is a delivery by itself, written in one way, so that the same lead fetched again is the same bytes.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from patron import Connection, Delivery, Fetched, Network, Reason, Unavailable, Unreadable, as_text, read_json, read_time

FIELDS = "id,created_time,ad_id,ad_name,campaign_id,campaign_name,form_id,platform,field_data,custom_disclaimer_responses"
_UNKNOWN = frozenset({100, 803})
"""Codes of errors: no such object, or none that one may see."""
_REFUSED = frozenset({401, 403, 429})
_REFUSING = frozenset({4, 17, 32, 190, 613})
"""Codes of errors that concern all leads: the token has expired, or too much was asked."""
_NO_OBJECT = 33
"""The sub-code of an object that isn't there."""


def complete(numbers: Sequence[str], connection: Connection, network: Network) -> Iterator[Fetched]:
    """
    Yield the details of leads; those that Meta doesn't know any more, it keeps them for 90 days, are gone.

    One that it gives no answer about keeps none of the others from being asked for.

    Raises:
        Unavailable: Meta can't be asked, or not with this token, or gave no answer about a lead.
    """
    complaints: list[str] = []
    failed = 0
    for number in numbers:
        status, said = _asked(quote(number, safe=""), {"fields": FIELDS}, connection, network)
        if status == 200 and as_text(said.get("id")) == number:
            failed = 0
            yield Fetched(deliveries=(_delivery(said, network),))
        elif _is_gone(said):
            failed = 0
            yield Fetched(gone=(number,))
        else:
            failed += 1
            complaints.append(_complaint(status, said))
            if failed == connection.options["unanswered"] or status in _REFUSED or _error(said).get("code") in _REFUSING:
                break
    if complaints:
        raise Unavailable(complaints[-1])


def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    """
    Yield the leads of the connection's forms since the last time; the first time those of the last days.

    Raises:
        Unavailable: as `complete()`.
    """
    # Meta gives the latest first, so a form's place moves when all of its leads have come.
    places: dict[str, int] = json.loads(cursor) if cursor else {}
    lag = int(connection.options["lag"])
    start = int((network.now - timedelta(days=int(connection.options["days"]))).timestamp())
    for form in connection.options["forms"]:
        since = latest = places.get(form, start)
        for rows in _pages(form, since, connection, network):
            times = [read_time(row.get("created_time"), "UTC") for row in rows]
            # A clock that is ahead of ours, or a time that can't be, moves the place over nothing that is still to come.
            latest = max([latest, *(int(min(at, network.now).timestamp()) - lag for at in times if at is not None)])
            yield Fetched(deliveries=tuple(_delivery(row, network) for row in rows), cursor=json.dumps(places))
        places[form] = latest
        yield Fetched(cursor=json.dumps(places))


def _pages(form: str, since: int, connection: Connection, network: Network) -> Iterator[Sequence[Mapping[str, Any]]]:
    filtering = json.dumps([{"field": "time_created", "operator": "GREATER_THAN", "value": since}])
    query = {"fields": FIELDS, "limit": str(connection.options["together"]), "filtering": filtering}
    while True:
        status, said = _asked(f"{quote(form, safe='')}/leads", query, connection, network)
        rows = said.get("data")
        if status != 200 or not isinstance(rows, list):
            raise Unavailable(_complaint(status, said))
        yield [row for row in rows if isinstance(row, dict)]
        # The address of the next page has the token in it; its place is all that is needed.
        paging = said.get("paging")
        after = as_text(paging.get("cursors", {}).get("after")) if isinstance(paging, dict) and paging.get("next") else ""
        if not after or after == query.get("after"):
            return
        query["after"] = after


def _asked(path: str, query: Mapping[str, str], connection: Connection, network: Network) -> tuple[int, Mapping[str, Any]]:
    token, secret = str(connection.options["page_token"] or ""), str(connection.options["secret"])
    if not token:
        raise Unavailable("reason.no_page_token")
    proof = hmac.new(secret.encode(), token.encode(), "sha256").hexdigest()
    address = f"{connection.options['graph'].rstrip('/')}/{path}?{urlencode({**query, 'appsecret_proof': proof})}"
    answer = network.request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        said = read_json(answer.body)
    except Unreadable as error:
        raise Unavailable(Reason("reason.status", status=answer.status, said="–")) from error
    return answer.status, said if isinstance(said, dict) else {}


def _delivery(row: Mapping[str, Any], network: Network) -> Delivery:
    body = json.dumps(row, ensure_ascii=False, sort_keys=True).encode()
    return Delivery(body=body, received_at=network.now, content_type="application/json", name=f"{as_text(row.get('id'))}.json")


def _error(said: Mapping[str, Any]) -> Mapping[str, Any]:
    found = said.get("error")
    return found if isinstance(found, dict) else {}


def _is_gone(said: Mapping[str, Any]) -> bool:
    error = _error(said)
    return error.get("code") in _UNKNOWN and (error.get("code") != 100 or error.get("error_subcode") == _NO_OBJECT)


def _complaint(status: int, said: Mapping[str, Any]) -> Reason:
    error = _error(said)
    told = " ".join(filter(None, (as_text(error.get("code")), as_text(error.get("message"))[:200])))
    return Reason("reason.status", status=status, said=told or "–")
