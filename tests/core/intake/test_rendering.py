"""Leads on their way out are those that came in."""

from pathlib import Path

import pytest

from patron import testing
from patron.core.errors import UsageError
from patron.core.intake import receive
from patron.core.intake.rendering import render_leads
from patron.core.nouns import Lead
from patron.core.records import Delivery
from patron.core.store import NotFoundError
from patron.plugins.channels import adf, cdr

LEAD = """<adf><prospect><id source="cars.example">L-7</id><requestdate>2025-12-30T10:00:00Z</requestdate>
<vehicle><year>2026</year><make>Honda</make><model>Accord</model></vehicle><customer><contact>
<name part="full">张三</name><email>zhang@example.com</email><phone>+8613800138000</phone></contact>
<comments>Best price?</comments></customer></prospect></adf>"""


@pytest.fixture(name="channel", autouse=True)
def _channel() -> None:
    """Leave the channels as they are."""


def test_a_lead_that_is_handed_on_is_the_same_elsewhere(tmp_path: Path) -> None:
    """Written by one installation and read by another: person, wish, note and time."""
    found = []
    body = LEAD.encode()
    for number in range(2):
        (folder := tmp_path / str(number)).mkdir()
        with testing.app_with_database(folder, adf, cdr).session() as session:
            receive(session, "adf", Delivery(body=body, received_at=testing.NOW))
            body = render_leads(session, "adf", [1])
            with session.read() as reader:
                (lead,) = reader.find(Lead)
            found.append((lead.interests, lead.filed_at, lead.source))

    assert found[0] == found[1]
    assert "张三" in body.decode()
    assert "Best price?" in body.decode()
    assert '<id sequence="1" source="cars.example">L-7</id>' in body.decode()


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    with testing.app_with_database(tmp_path, adf, cdr).session() as session:
        with pytest.raises(UsageError, match="only reads"):
            render_leads(session, "cdr", [1])
        with pytest.raises(NotFoundError):
            render_leads(session, "adf", [1])
