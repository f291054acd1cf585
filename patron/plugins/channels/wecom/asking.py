"""
Asking WeCom's interface for the details of customers, one person at a time.

A token is fetched with the secret of an app of the corporation's own, and once more where WeCom says that it has expired. The
details of one person are a delivery, written in one way, with the additions that they were asked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from patron import Connection, Delivery, Fetched, Network, Reason, Unavailable, Unreadable, as_text, read_json
from patron.plugins.channels.wecom.additions import Addition, addition_of

_EXPIRED = frozenset({40014, 42001})
_NO_CUSTOMER = 84061
"""It says so of a customer who was added a moment ago, too."""
_NO_PERSON = 40096
_REASONS: Mapping[int, str] = {
    40001: "reason.wrong_secret",
    40013: "reason.wrong_corporation",
    40091: "reason.wrong_secret",
    45009: "reason.too_often",
    45033: "reason.too_often",
    48002: "reason.no_rights",
    60020: "reason.not_from_here",
    84074: "reason.no_rights",
}
"""Codes of errors that concern all customers, and whoever set the app up."""


def complete(numbers: Sequence[str], connection: Connection, network: Network) -> Iterator[Fetched]:
    """
    Yield the details of customers; of those whom WeCom does not know, and who were not added just now, they are gone.

    One about whom it gives no answer keeps no other from being asked for.

    Raises:
        Unavailable: WeCom can't be asked, or not with this secret, or gave no answer about a customer.
    """
    interface = _Interface(connection, network)
    complaints: list[Reason] = []
    failed = 0
    for additions in _by_person(numbers):
        said = interface.details(additions[0].person)
        code = _code(said)
        if code == 0:
            failed = 0
            yield Fetched(deliveries=(_delivery(said, additions, network),))
        elif code in (_NO_CUSTOMER, _NO_PERSON):
            failed = 0
            patience = 0 if code == _NO_PERSON else int(connection.options["patience"])
            gone = [one.number for one in additions if network.now.timestamp() - one.at >= patience]
            if gone:
                yield Fetched(gone=tuple(gone))
        else:
            failed += 1
            complaints.append(_complaint(said))
            if code in _REASONS or failed == connection.options["unanswered"]:
                break
    if complaints:
        raise Unavailable(complaints[-1])


def _by_person(numbers: Sequence[str]) -> list[list[Addition]]:
    """Return additions, those of one person together."""
    found: dict[str, list[Addition]] = {}
    for addition in filter(None, map(addition_of, numbers)):
        found.setdefault(addition.account, []).append(addition)
    return list(found.values())


class _Interface:
    """
    WeCom's interface, as an app of the corporation may ask it.

    Args:
        connection: says for whom.
        network: the way there.
    """

    def __init__(self, connection: Connection, network: Network) -> None:
        self._connection = connection
        self._network = network
        self._token = ""

    def details(self, person: str) -> Mapping[str, Any]:
        """Return what WeCom says of a person, of all the employees who added them, or why it says nothing."""
        said = self._asked(person, "")
        if _code(said) in _EXPIRED:
            self._token = ""
            said = self._asked(person, "")
        followers = _followers(said)
        cursor, before = as_text(said.get("next_cursor")), {""}
        while cursor not in before and _code(said) == 0:
            before.add(cursor)
            page = self._asked(person, cursor)
            if _code(page) != 0:
                return page
            followers += _followers(page)
            cursor = as_text(page.get("next_cursor"))
        return {**said, "follow_user": followers}

    def _asked(self, person: str, cursor: str) -> Mapping[str, Any]:
        self._token = self._token or self._fresh()
        query = {"access_token": self._token, "external_userid": person, **({"cursor": cursor} if cursor else {})}
        return self._read("externalcontact/get", query)

    def _fresh(self) -> str:
        """Return a token; WeCom gives the same one until it expires."""
        options = self._connection.options
        said = self._read("gettoken", {"corpid": str(options["corp_id"]), "corpsecret": str(options["corp_secret"] or "")})
        token = as_text(said.get("access_token"))
        if _code(said) != 0 or not token:
            raise Unavailable(_complaint(said))
        return token

    def _read(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        address = f"{str(self._connection.options['api']).rstrip('/')}/cgi-bin/{path}?{urlencode(query)}"
        answer = self._network.request(address)
        try:
            said = read_json(answer.body)
        except Unreadable:
            said = None
        return said if isinstance(said, dict) else {"errcode": answer.status}


def _followers(said: Mapping[str, Any]) -> list[Any]:
    found = said.get("follow_user")
    return found if isinstance(found, list) else []


def _code(said: Mapping[str, Any]) -> int:
    """Return the code of an answer; 0 where all is well, -1 where there is none."""
    code = said.get("errcode")
    return code if isinstance(code, int) and not isinstance(code, bool) else -1


def _complaint(said: Mapping[str, Any]) -> Reason:
    code = _code(said)
    return Reason(_REASONS.get(code, "reason.error"), code=code, said=as_text(said.get("errmsg"))[:200] or "–")


def _delivery(said: Mapping[str, Any], additions: Sequence[Addition], network: Network) -> Delivery:
    # What other employees noted is none of what was asked.
    asked = {one.employee for one in additions}
    told = {
        "corp_id": additions[0].corporation,
        "numbers": sorted(one.number for one in additions),
        "external_contact": said.get("external_contact"),
        "follow_user": [one for one in _followers(said) if isinstance(one, dict) and as_text(one.get("userid")) in asked],
    }
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    return Delivery(body=body, received_at=network.now, content_type="application/json", name=f"{additions[0].person}.json")
