"""Lists of leads that are asked for: page by page, from where one was, as 飞鱼 and 快手 give them."""

import json
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from patron import Answer, Connection, Unavailable, testing
from patron.plugins.channels import webhook
from patron.plugins.channels.webhook.channel import CHANNEL

ASK = "https://api.example/clues?from={since}&to={until}&page={page}&size=2"
ROWS = [
    {"clueId": str(number), "name": f"客户{number}", "tel": f"1380013800{number}", "create_time": f"2025-12-30 18:0{number}:00"}
    for number in range(5)
]
OPTIONS = {"ask": ASK, "items": "data.list", "ask_token": "Bearer t0ken-of-list", "scheme": "token", "secret": "pu5h-token"}


def clues(url, headers, body):
    """Answer with the rows between two times, two a page, the latest first."""
    assert headers == {"authorization": "Bearer t0ken-of-list"}
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    rows = [row for row in reversed(ROWS) if query["from"] <= row["create_time"] < query["to"]]
    start = 2 * (int(query["page"]) - 1)
    return Answer(body=json.dumps({"code": 0, "data": {"list": rows[start : start + 2]}}).encode())


def connection(**options):
    defaults = {option.name: option.default for option in CHANNEL.options}
    return Connection(name="clues", zone="Asia/Shanghai", options=defaults | OPTIONS | options)


def fetched(cursor="", answer=clues, **options):
    network = testing.ScriptedNetwork(answer)
    return list(CHANNEL.fetch(cursor, connection(**options), network)), network.asked


def test_a_list_that_is_asked_for_keeps_the_promises():
    """What is pushed and what is fetched are one channel: each lead comes in once."""
    pushed = json.dumps({"data": {"list": [ROWS[0]]}}, ensure_ascii=False, sort_keys=True).encode()
    samples = [
        testing.ChannelSample(body=pushed, headers={"authorization": "pu5h-token"}),
        testing.ChannelSample(body=pushed, authentic=False),
    ]
    testing.check_channel(webhook, "webhook", samples, options=OPTIONS, network=testing.ScriptedNetwork(clues))


def test_it_goes_on_where_it_was_and_a_little_before():
    """Times are written as the provider wants them, in the zone of the connection."""
    parts, asked = fetched()
    _, later = fetched(parts[-1].cursor)
    queries = [parse_qs(urlsplit(url).query) for url in (*asked, *later)]

    assert [len(part.deliveries) for part in parts] == [2, 2, 1, 0]
    assert [part.cursor for part in parts] == ["", "", "", testing.NOW.isoformat()]
    assert queries[0] == {"from": ["2025-12-25 17:00:00"], "to": ["2026-01-01 17:00:00"], "page": ["1"], "size": ["2"]}
    assert queries[-1]["from"] == ["2026-01-01 16:50:00"]
    assert datetime.fromisoformat(parts[-1].cursor) - timedelta(minutes=10) < testing.NOW


@pytest.mark.parametrize(
    ("times", "written"),
    [("iso", "2025-12-25T09:00:00Z"), ("seconds", "1766653200"), ("day", "2025-12-25"), ("local", "2025-12-25 17:00:00")],
)
def test_times_are_written_as_the_provider_wants_them(times, written):
    _, asked = fetched(times=times, answer=lambda *_: Answer(body=b'{"data": {"list": []}}'))

    assert parse_qs(urlsplit(asked[0]).query)["from"] == [written]


def test_a_list_without_pages_is_asked_for_once():
    """One that gives the same page for ever is left, too."""
    endless = Answer(body=json.dumps({"data": {"list": ROWS}}).encode())

    assert len(fetched(ask="https://api.example/clues", answer=lambda *_: endless)[1]) == 1
    assert len(fetched(answer=lambda *_: endless)[1]) == 2


def test_a_list_that_does_not_end_moves_no_cursor():
    """What is behind the last page that is asked for would be missed else."""
    network, parts = testing.ScriptedNetwork(clues), []

    with pytest.raises(Unavailable, match=r"reason.endless \(most=2\)"):
        parts.extend(CHANNEL.fetch("", connection(most_pages=2), network))
    assert [part.cursor for part in parts] == ["", ""]
    assert len(network.asked) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=401), "status=401"),
        (Answer(body=b"<html>"), "payloads.no_json"),
        (Answer(body='{"code": 40001, "msg": "令牌过期"}'.encode()), "令牌过期"),
        (Answer(body=b'{"data": {"list": 3}}'), "reason.no_list .path=.data.list"),
        (None, "nobody answers"),
    ],
)
def test_what_is_no_list_moves_no_cursor(answer, words):
    """An error that is told with status 200, too."""
    with pytest.raises(Unavailable, match=words):
        fetched(answer=lambda *_: answer)
