"""The channel `phone`: calls that somebody of us took and wrote down."""

import json

import pytest

from patron import Connection, Delivery, EnvelopeKind, Unreadable, testing
from patron.core.intake import receive
from patron.core.nouns import Interaction, Lead
from patron.plugins.channels import phone
from patron.plugins.channels.phone.channel import CHANNEL

CALL = {
    "at": "2026-01-01T08:55:00+00:00",
    "来电号码": "138-0013-8000",
    "姓名": "张三",
    "咨询内容": "有现车吗",
    "商机": "是",
}
SHEET = "时间,来电号码,备注\n2025-12-30 10:00,13900139000,?\n2025-12-30 11:00,13900139000,again\n"


def body(said):
    return json.dumps(said, ensure_ascii=False).encode()


def test_hook_channels_of_phone_keeps_its_promises():
    """One call, a day's calls, and a sheet without any."""
    samples = [
        testing.ChannelSample(body=body(CALL)),
        testing.ChannelSample(body=SHEET.encode(), envelopes=2),
        testing.ChannelSample(body=b"a,b\n1,2\n", readable=False),
    ]
    testing.check_channel(phone, "phone", samples)


@pytest.mark.requirement("R225")
@pytest.mark.parametrize(("wanted", "stage"), [("是", "qualified"), ("否", "new")])
def test_a_call_is_an_opportunity_in_one_step(wanted, stage, tmp_path):
    """Customer, lead, stage and the call on the timeline, of one thing that is written down; or a lead, where it is none yet."""
    app = testing.app_with_database(tmp_path, phone)
    with app.session() as session:
        receive(session, "phone", Delivery(body=body(CALL | {"商机": wanted}), received_at=testing.NOW))
        with session.read() as reader:
            (lead,), (call,) = reader.find(Lead), reader.find(Interaction)

    assert (lead.source, lead.stage) == ("phone", stage)
    assert (call.channel, call.direction, call.effective, call.note) == ("phone", "in", True, "有现车吗")
    assert (call.lead_id, lead.first_contact_at) == (lead.id, call.at)


@pytest.mark.requirement("R092")
def test_line_recording_and_who_took_it_are_kept():
    said = CALL | {"线路": "8001", "录音": "https://pbx.example/1.wav", "接听人": "王芳"}
    (one,) = CHANNEL.parse(Delivery(body=body(said), received_at=testing.NOW), Connection(name="phone"))

    assert ("8001", "https://pbx.example/1.wav", "王芳") == tuple(
        one.interaction[name] for name in ("phone_line", "recording", "user_id")
    )
    assert one.remarks == ()


def test_two_calls_of_a_caller_are_two():
    first, second = CHANNEL.parse(Delivery(body=SHEET.encode(), received_at=testing.NOW), Connection(name="phone"))

    assert first.key != second.key
    assert first.contacts == second.contacts


def test_another_question_of_a_day_is_another_call():
    """Where the list tells the day alone."""
    text = "日期,来电号码,来电内容\n2026-01-05,13800138000,问价格\n2026-01-05,13800138000,约试驾\n2026-01-05,13800138000,问价格\n"
    found = CHANNEL.parse(Delivery(body=text.encode(), received_at=testing.NOW), Connection(name="phone"))

    assert [one.interaction["note"] for one in found] == ["问价格", "约试驾"]


@pytest.mark.parametrize("text", ["", "[]", '{"note": "?"}', "note\n?\n"])
def test_a_call_of_nobody_is_unreadable(text):
    with pytest.raises(Unreadable):
        CHANNEL.parse(Delivery(body=text.encode(), received_at=testing.NOW), Connection(name="phone"))


@pytest.mark.requirement("R225")
@pytest.mark.parametrize(("at", "subjects"), [("2099-01-05 10:00", ["call back", "Contact again"]), ("2025-01-05 10:00", [])])
def test_when_to_call_again_is_a_task_of_who_gets_the_lead(tmp_path, at, subjects):
    """By its words, or without any; what was due before is history."""
    from patron import Task
    from patron.core.intake import receive

    app = testing.app_with_database(tmp_path, phone)
    body = f"tel,name,next_action,next_action_at\n13800138000,Ada,call back,{at}\n13900139000,Bo,,{at}\n".encode()
    with app.session() as session:
        receive(session, "phone", Delivery(body=body, received_at=testing.NOW))
        with session.read() as reader:
            tasks = reader.find(Task, order=["id"])

    assert [one.subject for one in tasks] == subjects
    assert [one.lead_id for one in tasks] == [1, 2][: len(subjects)]


@pytest.mark.parametrize("answer", ["也许", "不确定"])
def test_only_a_yes_is_an_opportunity(answer):
    """What is neither yes nor no is told under its heading."""
    connection = Connection(name="phone", options={"stage": "qualified"})
    (one,) = CHANNEL.parse(Delivery(body=body(CALL | {"商机": answer}), received_at=testing.NOW), connection)

    assert (one.kind, dict(one.unclear)) == (EnvelopeKind.CALL, {"商机": answer})
    assert "stage" not in one.lead
