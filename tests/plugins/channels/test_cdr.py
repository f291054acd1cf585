"""The channel `cdr`: calls as Asterisk records them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Interaction, Lead, Unreadable, testing
from patron.core.intake import receive
from patron.core.records.reason import details_of
from patron.plugins.channels import cdr
from patron.plugins.channels.cdr.channel import CHANNEL, COLUMNS


def line(number="1.1", src="13800138000", dst="801", state="ANSWERED", billsec="42", more=""):
    times = '"2025-12-30 18:00:00","2025-12-30 18:00:05","2025-12-30 18:00:47"'
    return (
        f'"","{src}","{dst}","in","""=cmd|x"" <{src}>","SIP/1","SIP/2","Dial","SIP/2,30",'
        f'{times},47,{billsec},"{state}","DOCUMENTATION","{number}",""{more}\n'
    )


def read(text, **options):
    defaults = {option.name: option.default for option in CHANNEL.options}
    connection = Connection(name="cdr", zone="Asia/Shanghai", options=defaults | options)
    return CHANNEL.parse(Delivery(body=text.encode(), received_at=testing.NOW), connection)


def test_hook_channels_of_cdr_keeps_its_promises():
    """Calls in and out, and one between our own lines."""
    samples = [
        testing.ChannelSample(
            body=(line() + line("1.2", "801", "013900139000") + line("1.3", "801", "802")).encode(), envelopes=2
        ),
        testing.ChannelSample(body=line("1.4", state="NO ANSWER", billsec="0").encode()),
        testing.ChannelSample(body=(line() + "1.2,half a line\n" + line("1.3")).encode(), envelopes=3, broken=1),
        testing.ChannelSample(body=b"hello", readable=False),
    ]
    testing.check_channel(cdr, "cdr", samples)


def test_a_call_in():
    """The wall of the telephone system shows our time; what the caller calls himself is nobody's word."""
    (one,) = read(line())

    assert (one.interaction["source_key"], one.kind, one.at) == ("1.1", EnvelopeKind.CALL, datetime(2025, 12, 30, 10, tzinfo=UTC))
    assert one.contacts == (Contact(scheme="tel", written="13800138000"),)
    said = {
        "direction": "in",
        "duration_seconds": 42,
        "effective": True,
        "phone_line": "2",
        "source_key": "1.1",
    }
    assert one.interaction == said
    assert (one.customer, one.remarks) == ({}, ("remark.answered",))


@pytest.mark.parametrize(
    ("state", "billsec", "effective"),
    [
        ("ANSWERED", "10", True),
        ("ANSWERED", "9", False),
        ("ANSWERED", "-5", False),
        ("BUSY", "60", False),
        ("FAILED", "0", False),
    ],
)
def test_only_who_was_spoken_to_was_contacted(state, billsec, effective):
    """Answered, and for as long as the connection says."""
    assert read(line(state=state, billsec=billsec))[0].interaction["effective"] is effective


def test_a_call_that_was_passed_on_is_one():
    """Its records share the number of the first."""
    legs = line("1.1", state="NO ANSWER", billsec="0", more=',"1.1","",1') + line("1.2", dst="802", more=',"1.1","",2')
    (one,) = read(legs)

    told = {"source_key": "1.1", "effective": True, "duration_seconds": 42}
    assert told.items() <= one.interaction.items()
    assert one.remarks == ("remark.no_answer", "remark.answered")


def test_a_timeline_tells_in_its_own_language_how_a_call_ended(tmp_path):
    """What a telephone system of another make writes stands as it is."""
    legs = line("1.1", state="NO ANSWER", billsec="0", more=',"1.1","",1') + line("1.2", state="ODD", more=',"1.1","",2')
    office = testing.app_with_database(tmp_path, cdr, lang="zh")
    with office.session() as session:
        receive(session, "cdr", Delivery(body=legs.encode(), received_at=testing.NOW))
        with session.read() as reader:
            (call,) = reader.find(Interaction)

    assert call.note == "无人接听\nODD"


def test_a_word_among_ourselves_makes_no_call_longer():
    """Who is asked before a call is passed on speaks with nobody outside."""
    legs = line("1.1", billsec="20", more=',"1.1","",1') + line("1.2", "801", "802", billsec="90", more=',"1.1","",2')
    (one,) = read(legs)

    assert (one.interaction["duration_seconds"], one.interaction["phone_line"]) == (20, "2")


HEAD_OF_LEGS = "uniqueid,linkedid,src,dst,dstchannel,start,billsec,disposition,recordingfile\n"
LEGS = (
    ("801", "10:00:00", 0, "NO ANSWER", ""),
    ("802", "10:00:20", 12, "ANSWERED", "first.wav"),
    ("803", "10:00:40", 95, "ANSWERED", "second.wav"),
)


def leg_of(call: int, place: int) -> str:
    """Return a leg of a call of somebody of its own."""
    own, start, seconds, state, recording = LEGS[place]
    return f"{call}.{place},{call}.0,1380000{call:04},{own},SIP/{own}-1,2025-12-30 {start},{seconds},{state},{recording}\n"


def deliveries_of(legs: list[str], cuts: int, *, grows: bool) -> Iterator[str]:
    """Yield the files that tell of legs, cut behind those of a bit each; one that grows tells again what it told before."""
    begin = 0
    for place in range(len(legs)):
        if place == len(legs) - 1 or cuts & (1 << place):
            yield HEAD_OF_LEGS + "".join(legs[0 if grows else begin : place + 1])
            begin = place + 1


def hand_in(session, text: str) -> list[str]:
    received = receive(session, "cdr", Delivery(body=text.encode(), received_at=testing.NOW))
    return [outcome.value for outcome in received.outcomes]


def test_a_call_is_the_same_however_its_legs_are_spread_over_deliveries(tmp_path):
    """In every order of the file, cut in every way, and as a file that grows."""
    found = {}
    with testing.app_with_database(tmp_path, cdr).session() as session:
        ways = [(order, cuts, grows) for order in permutations(range(3)) for cuts in range(4) for grows in (False, True)]
        for call, (order, cuts, grows) in enumerate(ways, 1):
            for text in deliveries_of([leg_of(call, place) for place in order], cuts, grows=grows):
                assert hand_in(session, text) == ["accepted"]
        with session.read() as reader:
            calls, leads = (reader.find(noun, order=["id"]) for noun in (Interaction, Lead))
    assert len(calls) == len(leads) == len(ways)
    told = ("at", "direction", "duration_seconds", "effective", "phone_line", "recording", "note", "source", "outcome", "system")
    for (order, *_), call, lead in zip(ways, calls, leads, strict=True):
        assert call.lead_id == lead.id
        what = (*(getattr(call, name) for name in told), lead.filed_at, lead.first_contact_at)
        found.setdefault(order, set()).add(what)
    for (whole,) in found.values():
        at, _, *most = whole[:5]
        assert (most, whole[-2:]) == ([95, True, "803"], (at, at))


def test_a_call_of_somebody_who_hides_is_one_though_it_comes_in_parts(tmp_path):
    """By its number alone: there is no other by which anybody could be known."""
    with testing.app_with_database(tmp_path, cdr).session() as session:
        for place in range(3):
            hand_in(session, HEAD_OF_LEGS + leg_of(1, place).replace("13800000001", "anonymous"))
        with session.read() as reader:
            calls, leads = reader.find(Interaction), reader.find(Lead)

    assert [(one.duration_seconds, one.lead_id) for one in calls] == [(95, one.id) for one in leads]
    assert len(leads) == 1


def test_a_file_that_is_handed_in_again_doubles_nothing_and_a_worse_leg_takes_nothing_back(tmp_path):
    """A leg that was told before is a duplicate; what somebody wrote at the call stands."""
    with testing.app_with_database(tmp_path, cdr).session() as session:
        whole = HEAD_OF_LEGS + leg_of(1, 2) + leg_of(1, 1)
        outcomes = [hand_in(session, text) for text in (whole, whole + "\n", HEAD_OF_LEGS + leg_of(1, 2))]
        with session.write() as work:
            work.update(work.get(Interaction, 1), note="ANSWERED\nasked for the price")
            work.commit()
        outcomes += [hand_in(session, HEAD_OF_LEGS + text) for text in (leg_of(1, 0), leg_of(1, 0) + "\n")]
        with session.read() as reader:
            (call,), (lead,) = reader.find(Interaction), reader.find(Lead)

    assert outcomes == [["accepted"], ["duplicate"], ["accepted"], ["accepted"], ["duplicate"]]
    assert (call.duration_seconds, call.effective, call.phone_line, call.recording) == (95, True, "803", "second.wav")
    assert (call.note, lead.first_contact_at) == ("ANSWERED\nasked for the price\nnot answered", call.at)


@pytest.mark.parametrize(
    ("src", "dst", "direction", "person"),
    [
        ("801", "+86 139-0013-9000", "out", "+8613900139000"),
        ("anonymous", "801", "in", None),
        ("801", "s", None, None),
        ("", "801", None, None),
        ("801", "802", None, None),
    ],
)
def test_who_is_outside(src, dst, direction, person):
    """Who hides is a call without a number; our own lines among themselves are nobody's interest."""
    found = read(line(src=src, dst=dst))

    assert [one.interaction["direction"] for one in found] == ([direction] if direction else [])
    assert [contact.written for one in found for contact in one.contacts] == ([person] if person else [])


def test_a_head_names_the_columns():
    """So does the connection, for a system that writes others."""
    head = "uniqueid,src,dst,start,billsec,disposition\n"
    row = "7,13800138000,801,2025-12-30 18:00:00,20,ANSWERED\n"

    assert read(head + row)[0] == read(row, columns=head.strip().split(","))[0]
    assert len(COLUMNS) == 21


@pytest.mark.parametrize("text", ["", "a,b\n", line(number="")])
def test_a_line_that_is_no_record_is_said(text):
    with pytest.raises(Unreadable):
        read(text)


HEAD = "uniqueid,src,dst,channel,dstchannel,start,billsec,disposition,recordingfile,userfield\n"


@pytest.mark.requirement("R092")
@pytest.mark.parametrize(
    ("row", "line", "recording"),
    [
        ("801,13900139000,SIP/801-1,SIP/trunk-1,,out.wav,", "801", "https://pbx.example/rec/out.wav"),
        (",13900139000,PJSIP/801-1,SIP/trunk-1,,,audio:out.wav", "801", "https://pbx.example/rec/out.wav"),
        ("13800138000,9000,SIP/trunk-1,SIP/802-2,,https://cloud.example/1.mp3,", "802", "https://cloud.example/1.mp3"),
        ("13800138000,802,SIP/trunk-1,Local/x,,,note", "802", None),
    ],
)
def test_the_line_the_person_and_the_recording(row, line, recording):
    """By the device that spoke, else the extension; a bare name is one of the connection's folder."""
    src, dst, channel, device, _, file, field = row.split(",")
    text = f"{HEAD}7,{src},{dst},{channel},{device},2025-12-30 18:00:00,20,ANSWERED,{file},{field}\n"
    options = {"extensions": {"801": "wang", "802": "zhou"}, "recordings": "https://pbx.example/rec/"}
    (one,) = read(text, **options)

    assert (line, {"801": "wang", "802": "zhou"}[line]) == (one.interaction["phone_line"], one.interaction["user_id"])
    assert recording == one.interaction.get("recording")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("uniqueid,src,dst,disposition,start,billsec\n1.1,13800138000,801,ANSWERED,noon,42\n", "reason.no_start"),
        ("uniqueid,src,dst,disposition,start,billsec\n1.1,13800138000,801,ANSWERED,2025-12-30 18:00,half\n", "reason.no_seconds"),
        ("开始时间,主叫\n2025-12-30 18:00,13800138000\n", "reason.no_columns"),
    ],
)
def test_what_a_record_says_wrongly_is_no_call_of_now(text, reason):
    """Neither a time nor a length is guessed, and a head of other words is told which are known."""
    with pytest.raises(Unreadable) as caught:
        read(text)

    assert str(caught.value.reason) == reason


def test_a_line_that_is_broken_keeps_no_other_from_coming_in():
    """It is told with its number; of a call whose records are wrong in part nothing is taken."""
    linked = [line(f"1.{place}", more=f',"{call}"') for place, call in enumerate("aabc")]
    text = linked[0] + linked[1].replace("18:00:00", "noon") + linked[2] + 'x,"never closed\n' + linked[3]
    found = read(text)

    assert [one.interaction["source_key"] for one in found if not one.broken] == ["b", "c"]
    told = {str(one.broken): details_of(one.broken) for one in found if one.broken}
    assert told == {
        "payloads.bad_line": {"line": 4},
        "reason.no_start": {"line": 2, "got": "2025-12-30 noon"},
    }


def test_a_broken_line_that_comes_again_in_a_longer_file_is_known():
    """One that was mended is another."""
    first, again, mended = (read(line() + bad + line("1.3")) for bad in ("1.2,half\n", "1.2,half\n", "1.2,whole\n"))

    assert first[-1].key == again[-1].key != mended[-1].key
