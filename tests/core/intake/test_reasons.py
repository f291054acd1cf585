"""Why something was not taken: in the language of whoever asks, and without the connection's secrets."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from patron.app import App
from patron.core.i18n import CORE, Translator
from patron.core.intake import receive, show_receipt
from patron.core.records.intake import Delivery, Outcome, Unreadable
from patron.core.records.reason import Reason
from patron.testing.application import NOW

SECRET = "s3cret-of-lines"


def test_a_receipt_is_read_in_the_language_of_its_reader(
    office: App, send: Callable[..., Any], channel: Callable[..., None]
) -> None:
    """The process that read the delivery spoke another one."""

    def refuse(*_: object) -> None:
        raise Unreadable(Reason("payloads.bad_line", line=7))

    channel(parse=refuse)
    (receipt,) = send("x").receipts
    told = []
    for lang in ("en", "zh"):
        with office.session() as session:
            reason = show_receipt(session, receipt.id).receipt.reason
            assert reason is not None
            told.append(attrs.evolve(session, t=Translator(lang, CORE)).said(reason))

    assert ["It could not be read: line 7 can't be read as a line of a sheet", "无法读取：第 7 行无法按表格行读取"] == told


def test_a_secret_that_stands_in_a_key_leaves_the_key_alone(
    office: App, send: Callable[..., Any], channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key is written by who wrote the words; what a stranger sent is blotted."""

    def refuse(*_: object) -> None:
        raise Unreadable(Reason("payloads.no_number", got="payloads"))

    monkeypatch.setenv("TOKEN", "payloads")
    channel(parse=refuse)
    with office.session() as session:
        settings = session.settings._replace(intake={"lines": {"token_env": "TOKEN"}})
        own = attrs.evolve(session, settings=settings)
        (receipt,) = receive(own, "lines", Delivery(body=b"x", received_at=NOW, headers={"token": "payloads"})).receipts

    assert (receipt.reason.details["reason"].key, receipt.reason.details["reason"].details) == (
        "payloads.no_number",
        {"got": "•••"},
    )


@pytest.mark.parametrize("said", [Reason("payloads.no_number", got=SECRET), SECRET, ZeroDivisionError(SECRET)])
def test_no_secret_is_kept_in_a_reason(
    office: App, send: Callable[..., Any], channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    def refuse(*_: object) -> None:
        raise said if isinstance(said, Exception) else Unreadable(said)

    monkeypatch.setenv("TOKEN", SECRET)
    channel(parse=refuse)
    with office.session() as session:
        settings = session.settings._replace(intake={"lines": {"token_env": "TOKEN"}})
        received = receive(
            attrs.evolve(session, settings=settings), "lines", Delivery(body=b"x", received_at=NOW, headers={"token": SECRET})
        )

    assert (Outcome.QUARANTINED,) == received.outcomes
    assert SECRET not in str(received.receipts[0].reason.to_json())
    assert "•••" in str(received.receipts[0].reason)
