"""How the channel `wecom` asks for details: tokens, errors, pages, and people who can't be had."""

import json
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest

from patron import Answer, Connection, Unavailable, testing
from patron.plugins.channels.wecom.channel import CHANNEL
from tests.plugins.channels.wecom_interface import CORP, SECRET, follower, interface, person, said

NOW = int(testing.NOW.timestamp())


def number(who, employee="wang", at=NOW, more=""):
    return f"{CORP} {who} {employee} {at}{more}"


def asked(numbers, answer, **options):
    """Return what is fetched of additions, the complaint at its end, and how often each path was asked."""
    options = {one.name: one.default for one in CHANNEL.options} | {"corp_id": CORP, "corp_secret": SECRET} | options
    network = testing.ScriptedNetwork(answer)
    parts, complaint = [], None
    try:
        parts.extend(CHANNEL.complete(numbers, Connection(name="wecom", options=options), network))
    except Unavailable as error:
        complaint = error.reason
    paths = Counter(urlsplit(url).path.rpartition("/")[2] for url in network.asked)
    return parts, complaint, paths


def bodies(parts):
    return [json.loads(delivery.body) for part in parts for delivery in part.deliveries]


def gone(parts):
    return [one for part in parts for one in part.gone]


def test_a_person_is_asked_for_once_with_one_token():
    """However many added them; what other employees noted is left out."""
    numbers = [number("wm1"), number("wm2"), number("wm1", "zhao"), number("wm1", more=" edited"), "not ours"]
    known = {"external_contact": person("wm1"), "follow_user": [follower(), follower("zhao"), follower("li")]}
    parts, complaint, paths = asked(numbers, interface({"wm1": known, "wm2": known}))
    first, second = bodies(parts)

    assert (complaint, paths) == (None, {"gettoken": 1, "get": 2})
    assert first["numbers"] == [number("wm1"), number("wm1", more=" edited"), number("wm1", "zhao")]
    assert [one["userid"] for one in first["follow_user"]] == ["wang", "zhao"]
    assert [one["userid"] for one in second["follow_user"]] == ["wang"]


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_has_expired_is_fetched_anew_once(code):
    numbers = [number("wm1")]
    parts, complaint, paths = asked(numbers, interface(refused={"externalcontact/get": [code]}))
    assert (len(bodies(parts)), complaint, paths) == (1, None, {"gettoken": 2, "get": 2})

    parts, complaint, paths = asked(numbers, interface(refused={"externalcontact/get": [code] * 9}))
    assert (parts, complaint, paths) == ([], "reason.error", {"gettoken": 2, "get": 2})


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("gettoken", 40001, "reason.wrong_secret"),
        ("gettoken", 40013, "reason.wrong_corporation"),
        ("gettoken", 60020, "reason.not_from_here"),
        ("externalcontact/get", 48002, "reason.no_rights"),
        ("externalcontact/get", 45009, "reason.too_often"),
    ],
)
def test_what_concerns_all_is_told_in_words_and_nothing_more_is_asked(path, code, reason):
    """With what WeCom says, which names our address; the others go on waiting."""
    parts, complaint, paths = asked([number("wm1"), number("wm2")], interface(refused={path: [code]}))

    assert (parts, complaint, sum(paths.values())) == ([], reason, 1 if path == "gettoken" else 2)
    assert complaint.details == {"code": code, "said": f"refused, from ip: 10.0.0.7 {path}"}


def test_a_customer_without_an_answer_keeps_no_other_from_being_asked_for():
    """As many in a row as the connection says."""
    numbers = [number(f"wm{place}") for place in range(5)]
    parts, complaint, _ = asked(numbers, interface(refused={"externalcontact/get": [-1, -1]}))
    assert (len(bodies(parts)), complaint) == (3, "reason.error")

    parts, complaint, paths = asked(numbers, interface(refused={"externalcontact/get": [-1] * 5}), unanswered=2)
    assert (parts, complaint, paths["get"]) == ([], "reason.error", 2)


@pytest.mark.parametrize("answer", [Answer(status=502, body=b"<html>"), Answer(body=b"[]"), None])
def test_who_gives_no_answer_is_unavailable(answer):
    parts, complaint, _ = asked([number("wm1")], lambda *_: answer)

    assert parts == []
    assert complaint


def test_who_was_added_a_moment_ago_is_no_stranger_yet():
    """The callback is quicker than the interface; an hour later nobody is expected any more. An id that is none never was."""
    young, old = number("wm1", at=NOW - 60), number("wm2", at=NOW - 3600)
    parts, complaint, _ = asked([young, old], interface({}))
    assert (gone(parts), complaint) == ([old], None)

    parts, complaint, _ = asked([young], interface(refused={"externalcontact/get": [40096]}))
    assert (gone(parts), complaint) == ([young], None)


def test_pages_of_employees_are_one_person():
    """A cursor that comes again is no further page."""
    pages = {"": ("zhao", "a"), "a": ("li", "b"), "b": ("wang", "b")}

    def answer(url, *_):
        query = dict(parse_qsl(urlsplit(url).query))
        if "corpid" in query:
            return said(access_token="t")
        employee, cursor = pages[query.get("cursor", "")]
        return said(external_contact=person("wm1"), follow_user=[follower(employee)], next_cursor=cursor)

    parts, _, paths = asked([number("wm1"), number("wm1", "li")], answer)

    assert [one["userid"] for one in bodies(parts)[0]["follow_user"]] == ["li", "wang"]
    assert paths["get"] == 3
