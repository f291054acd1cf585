"""What reaches us is kept first, comes in once, and is never lost."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from patron import broken_envelope, with_broken
from patron.app import App
from patron.core.crm.merging import Merge, merge
from patron.core.intake import receive, receiving, replay, settle_waiting
from patron.core.nouns import Campaign, Customer, IdentityLink, Interaction, Lead, Receipt
from patron.core.records.intake import Connection, Delivery, Envelope, Outcome
from patron.core.store import StoreError
from patron.core.store.tables import DELIVERIES
from patron.testing.application import NOW

Send = Callable[..., Any]
PERSON = {"name": "张三", "tel": "13800138000", "note": "how much?"}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


def test_an_envelope_becomes_customer_lead_and_entry(office: App, send: Send) -> None:
    """With the time at which it happened, the channel's source, and the department that it belongs to as owner."""
    at = NOW - timedelta(days=3)
    received = send(PERSON | {"at": at.isoformat(), "native_id": "7", "interests": "Model A"})

    (lead,), (customer,), (entry,) = (all_of(office, noun) for noun in (Lead, Customer, Interaction))
    assert received.outcomes == (Outcome.ACCEPTED,)
    assert (lead.source, lead.system, lead.source_key, lead.filed_at) == ("webshop", "lines", "7", at)
    assert (lead.interests, lead.owner_user_id, lead.owner_team_id) == (("Model A",), None, 2)
    assert (customer.name, customer.owner_team_id, lead.customer_id) == ("张三", 2, customer.id)
    assert (entry.note, entry.direction, entry.at, entry.effective, entry.lead_id) == ("how much?", "in", at, False, lead.id)
    (receipt,) = all_of(office, Receipt)
    assert (receipt.lead_id, receipt.customer_id, receipt.interaction_id) == (lead.id, customer.id, entry.id)


@pytest.mark.parametrize(
    "again",
    [
        [PERSON],
        [PERSON | {"key": "k", "note": "x"}, PERSON | {"key": "k", "note": "y"}],
        [PERSON | {"native_id": "n", "note": "x"}, PERSON | {"native_id": "n", "note": "y"}],
    ],
    ids=["equal bytes", "equal keys", "equal numbers of the provider"],
)
def test_what_comes_again_makes_no_second_lead(office: App, send: Send, again: list[dict[str, str]]) -> None:
    """By its bytes, by the id of the delivery, by the provider's number of the lead."""
    for row in again:
        send(row)
        repeated = send(row)
        assert repeated.outcomes == (Outcome.DUPLICATE,)

    assert len(all_of(office, Lead)) == 1
    assert sum(receipt.repeats for receipt in all_of(office, Receipt)) >= len(again)


def test_a_second_sign_of_interest_is_a_touch_of_the_lead_that_is_pursued(office: App, send: Send) -> None:
    """It fills what was empty, changes nothing that was there, tells another name, and says which source it came by."""
    send(PERSON)
    send({"tel": "+86 138-0013-8000", "name": "张先生", "source": "forum", "interests": "Model B", "occupation": "teacher"})

    (lead,), (customer,) = all_of(office, Lead), all_of(office, Customer)
    assert (lead.source, lead.interests) == ("webshop", ("Model B",))
    assert (customer.name, customer.occupation) == ("张三", "teacher")
    second = all_of(office, Interaction)[1]
    assert (second.source, second.note) == ("forum", "Name given this time: 张先生")


def test_who_looks_after_the_customer_gets_the_next_lead(office: App, send: Send) -> None:
    """A visitor who comes back after the lead has ended goes to the same person."""
    send(PERSON)
    with office.session() as session, session.write() as work:
        customer, lead = work.get(Customer, 1), work.get(Lead, 1)
        work.update(customer, owner_user_id=1, owner_team_id=None)
        work.update(lead, status="lost", lost_at=NOW)
        work.commit()
    send(PERSON | {"note": "again"})

    first, second = all_of(office, Lead)
    assert (first.status, second.status, second.owner_user_id, second.customer_id) == ("lost", "open", 1, 1)


def test_a_message_of_a_known_customer_begins_no_lead(office: App, send: Send) -> None:
    """It stands on the timeline alone; of somebody unknown it begins one."""
    send(PERSON | {"kind": "message"})
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), status="lost", lost_at=NOW)
        work.commit()
    received = send(PERSON | {"kind": "message", "note": "thanks"})

    assert len(all_of(office, Lead)) == 1
    assert received.receipts[0].lead_id is None
    assert all_of(office, Interaction)[-1].note == "thanks"


def test_what_fits_no_field_is_told_and_loses_no_lead(office: App, send: Send) -> None:
    """A phone that is none, a code that isn't known, a source that isn't, a name that is missing, signs that are none."""
    received = send({"tel": "12345", "age_band": "old", "source": "moon", "note": "a\x00b\u202ec"})

    assert received.outcomes == (Outcome.ACCEPTED,)
    (customer,), (lead,), (entry,) = (all_of(office, noun) for noun in (Customer, Lead, Interaction))
    assert (customer.name, lead.source) == ("Unknown person", "webshop")
    assert entry.note.splitlines() == ["abc", "age: old", "source: moon", "phone number: 12345"]


def test_a_test_is_accepted_and_nothing_comes_of_it(office: App, send: Send) -> None:
    """As providers send one when a connection is set up."""
    assert send(PERSON | {"kind": "test"}).outcomes == (Outcome.ACCEPTED,)
    assert all_of(office, Lead) == all_of(office, Customer) == ()


def test_one_that_cannot_be_placed_waits_and_the_others_come_in(office: App, send: Send) -> None:
    """Two customers share the phone, and the name is neither's: a person has to decide."""
    send({"name": "A", "tel": "13800138000"})
    with office.session() as session, session.write() as work:
        other = work.add(Customer(name="B", owner_team_id=1))
        work.add(IdentityLink(identity_id=1, customer_id=other.id))
        work.commit()
    received = send({"name": "C", "tel": "13800138000"}, {"name": "D", "tel": "13900139000"})

    assert received.outcomes == (Outcome.QUARANTINED, Outcome.ACCEPTED)
    assert all(f"{who} (14.6 bits: phone equal" in str(received.receipts[0].reason) for who in ("1 A", "2 B"))


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("hello", Outcome.QUARANTINED, "no JSON"),
        ("spam", Outcome.REJECTED, "no JSON"),
        ("boom", Outcome.QUARANTINED, "plugin lines failed"),
    ],
)
def test_whatever_a_channel_raises_is_an_outcome(office: App, send: Send, text: str, outcome: Outcome, reason: str) -> None:
    """It can't be read, it is nothing of ours, the channel itself failed: kept, with the reason."""
    received = send(text)

    assert received.outcomes == (outcome,)
    assert reason in str(received.receipts[0].reason)
    assert received.receipts[0].delivery_id is not None


def test_what_is_not_authentic_or_too_large_is_not_kept(office: App, send: Send, channel: Callable[..., None]) -> None:
    """It is refused before it is read."""
    channel(verify=lambda *_: "wrong signature")
    refused = send(PERSON)
    channel(verify=lambda *_: 1 / 0)
    failed = send(PERSON)
    channel(verify=lambda *_: None)
    forgetful = send(PERSON)
    channel()
    large = send({"note": "x" * 3_000})

    assert [one.outcomes for one in (refused, failed, forgetful, large)] == [(Outcome.REJECTED,)] * 4
    assert "wrong signature" in str(refused.problem)
    assert all_of(office, Receipt) == ()
    with office.session() as session, session.read() as reader:
        assert reader.connection.execute(select(DELIVERIES)).all() == []


def test_secrets_are_not_kept(office: App, send: Send, channel: Callable[..., None]) -> None:
    """The bytes are kept as the channel redacts them; the same bytes are a repetition all the same."""
    channel(redact=lambda body: body.replace(b"s3cret", b"***"))
    first, second = send(PERSON | {"note": "s3cret"}), send(PERSON | {"note": "s3cret"})

    assert (first.outcomes, second.outcomes) == ((Outcome.ACCEPTED,), (Outcome.DUPLICATE,))
    with office.session() as session, session.read() as reader:
        assert b"s3cret" not in reader.connection.execute(select(DELIVERIES.c.body)).scalar_one()


def test_what_was_kept_and_not_read_waits(office: App, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails between keeping and reading loses nothing: whoever comes next reads it."""

    def fail(*_: object) -> None:
        raise StoreError("store.full", where="-", reason="-")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "bring_in", fail)
        with pytest.raises(StoreError):
            send(PERSON)
    assert all_of(office, Lead) == ()
    with office.session() as session:
        (settled,) = settle_waiting(session)

    assert settled.outcomes == (Outcome.ACCEPTED,)
    assert send(PERSON).outcomes == (Outcome.DUPLICATE,)
    assert len(all_of(office, Lead)) == 1


def test_many_who_bring_the_same_make_one(office: App) -> None:
    """Eight at once, with equal bytes, or with other bytes of the same person."""
    # The provider's number is the same, so that two who begin the lead at once meet.
    bodies = [json.dumps(PERSON | {"note": str(number % 2), "native_id": "7"}).encode() for number in range(8)]

    def bring(body: bytes) -> tuple[Outcome, ...]:
        with office.session() as session:
            return receive(session, "lines", Delivery(body=body, received_at=NOW)).outcomes

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(bring, bodies))

    assert sorted(outcomes) == [(Outcome.ACCEPTED,)] * 2 + [(Outcome.DUPLICATE,)] * 6
    assert [len(all_of(office, noun)) for noun in (Customer, Lead, Interaction)] == [1, 1, 2]


def test_lists_of_the_same_people_in_other_orders_do_not_wait_for_each_other(office: App) -> None:
    """Whoever holds some of them holds all: nobody waits in a circle, and nobody is refused."""
    people = [json.dumps({"name": f"客户{number}", "tel": f"1380013{number:04d}"}) for number in range(6)]
    bodies = ["\n".join(people[turn:] + people[:turn]).encode() for turn in range(4)]
    bodies += ["\n".join(reversed(people)).encode()]

    def bring(body: bytes) -> set[Outcome]:
        with office.session() as session:
            return set(receive(session, "lines", Delivery(body=body, received_at=NOW)).outcomes)

    with ThreadPoolExecutor(5) as pool:
        assert [{Outcome.ACCEPTED}] * 5 == list(pool.map(bring, bodies))
    assert len(all_of(office, Customer)) == 6


def test_a_request_without_bytes_is_told_by_its_query(office: App, send: Send, channel: Callable[..., None]) -> None:
    """Two people by two queries are two."""
    channel(parse=lambda delivery, _: [Envelope(customer={"name": delivery.query["name"]})])
    outcomes = [send("", query={"name": name}, method="GET").outcomes for name in ("A", "B", "A")]

    assert outcomes == [(Outcome.ACCEPTED,), (Outcome.ACCEPTED,), (Outcome.DUPLICATE,)]


def test_long_keys_that_differ_at_their_end_are_two(office: App, send: Send) -> None:
    """A key is kept by its beginning and a digest."""
    outcomes = [send({"name": sign, "key": "k" * 250 + sign}).outcomes for sign in "ab"]

    assert outcomes == [(Outcome.ACCEPTED,)] * 2


def test_a_long_message_costs_no_remark(office: App, send: Send, channel: Callable[..., None]) -> None:
    """What the person wrote is cut; what a person should read is not."""
    channel(most_bytes=100_000)
    send(PERSON)
    received = send({"tel": "13800138000", "name": "张先生", "age_band": "old", "note": "x" * 30_000})

    assert received.outcomes == (Outcome.ACCEPTED,)
    note = all_of(office, Interaction)[1].note
    assert (len(note), note.splitlines()[1:]) == (20_000, ["age: old", "Name given this time: 张先生"])


def test_a_connection_that_is_gone_keeps_no_other_from_being_read(
    office: App, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on waiting, and is told."""

    def fail(*_: object) -> None:
        raise StoreError("store.full", where="-", reason="-")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "bring_in", fail)
        for row in ({"name": "A"}, {"name": "B"}):
            with pytest.raises(StoreError):
                send(row)
    with office.session() as session:
        with session.write() as work:
            work.connection.execute(update(DELIVERIES).where(DELIVERIES.c.id == 1).values(connection="gone"))
            work.commit()
        first, second = settle_waiting(session)

    assert "gone" in str(first.problem)
    assert second.outcomes == (Outcome.ACCEPTED,)


def test_a_further_delivery_of_a_lead_needs_no_decision_about_the_person(office: App, send: Send) -> None:
    """The provider's number says which lead it is, though its phone is shared by now."""
    send({"name": "A", "tel": "13800138000", "native_id": "7"})
    with office.session() as session, session.write() as work:
        other = work.add(Customer(name="B", owner_team_id=1))
        work.add(IdentityLink(identity_id=1, customer_id=other.id))
        work.commit()
    received = send({"name": "C", "tel": "13800138000", "native_id": "7", "note": "again"})

    assert (received.outcomes, received.receipts[0].lead_id) == ((Outcome.ACCEPTED,), 1)


def test_the_history_names_the_connection(office: App, send: Send) -> None:
    """What a channel brought was done by nobody of us."""
    send(PERSON)
    with office.session() as session, session.read() as reader:
        change = reader.history(reader.get(Lead, 1))[0]

    assert (change.actor_id, change.actor_kind, change.actor_name) == (None, "channel", "lines")


DELIVERIES_OF_THREE = [
    [PERSON | {"native_id": "1"}],
    [PERSON | {"native_id": "1"}, {"name": "李四", "email": "li@example.org", "native_id": "2"}],
    [{"name": "李四", "email": "LI@example.org".lower(), "native_id": "2", "note": "hurry"}],
    [{"name": "王五", "key": "5", "note": "no contact"}],
]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(order=st.lists(st.sampled_from(range(len(DELIVERIES_OF_THREE))), min_size=1, max_size=7), split=st.booleans())
def test_any_order_repetition_and_splitting_yields_the_same_leads(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], split: bool
) -> None:
    """As long as everything comes at least once."""
    from patron.core.administration.initialising import initialise
    from patron.core.config import Settings
    from patron.core.config.settings import StoreSettings
    from patron.testing import app

    address = f"sqlite:///{tmp_path_factory.mktemp('order') / 'patron.db'}"
    made = app(settings=Settings(store=StoreSettings(database=address)))
    with made.session() as session:
        initialise(session)
        for number in [*order, *range(len(DELIVERIES_OF_THREE))]:
            rows = DELIVERIES_OF_THREE[number]
            for part in [[row] for row in rows] if split else [rows]:
                body = "\n".join(json.dumps(row) for row in part).encode()
                receive(session, "lines", Delivery(body=body, received_at=NOW))
    leads = {(lead.source_key, lead.customer_id) for lead in all_of(made, Lead)}
    names = sorted(customer.name for customer in all_of(made, Customer))

    assert sorted(key or "" for key, _ in leads) == ["", "1", "2"]
    assert len({customer for _, customer in leads}) == 3
    assert names == sorted(["张三", "李四", "王五"])


def test_secrets_beside_the_bytes_are_not_kept(office: App, tmp_path: Path) -> None:
    """Neither what a header signs in with, nor the connection's secret in a header, the query or the address."""
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("s3cret")
    settings = office.settings._replace(intake={"shop": {"channel": "lines", "token_file": str(token)}})
    about = {"token": "s3cret", "authorization": "Basic eA==", "x-key": "a s3cret b", "accept": "*/*"}
    body, url = json.dumps(PERSON).encode(), "https://crm.example/?t=s3cret"
    delivery = Delivery(body=body, received_at=NOW, headers=about, query={"t": "s3cret"}, url=url, method="POST")
    with office._replace(settings=settings).session() as session:
        (receipt,) = receive(session, "shop", delivery).receipts

    with office.session() as session, session.read() as reader:
        kept = reader.connection.execute(select(DELIVERIES.c.about)).scalar_one()
    assert receipt.outcome == Outcome.ACCEPTED.value
    assert "s3cret" not in kept
    assert "eA==" not in kept
    assert "*/*" in kept


def test_a_channel_that_cannot_redact_acknowledges_nothing(office: App, send: Send, channel: Callable[..., None]) -> None:
    """Neither with its secrets nor without is it kept: the sender brings it again."""
    channel(redact=lambda body: body[1_000])
    refused = send(PERSON)

    assert refused.outcomes == (Outcome.REJECTED,)
    assert "IndexError" in str(refused.problem)
    assert all_of(office, Receipt) == ()


def test_equal_bytes_with_another_mark_are_another_delivery(office: App, send: Send, channel: Callable[..., None]) -> None:
    """Some providers tell the id of an event in a header, and nowhere else."""
    channel(marks=("webhook-id",))
    outcomes = [send(PERSON, headers={"webhook-id": number}).outcomes for number in ("a", "b", "a")]

    assert outcomes == [(Outcome.ACCEPTED,), (Outcome.ACCEPTED,), (Outcome.DUPLICATE,)]


def test_who_had_no_name_gets_one(office: App, send: Send) -> None:
    """A lead that awaits its details is one already; the details give it the name."""
    send({"native_id": "7"})
    send(PERSON | {"native_id": "7"})

    (customer,), (lead,) = all_of(office, Customer), all_of(office, Lead)
    assert (customer.name, lead.customer_id) == ("张三", customer.id)


def test_numbers_of_theirs_are_no_ids_of_ours(office: App, send: Send) -> None:
    """A campaign is meant by its code; one that we don't have is told, and nothing fails."""
    with office.session() as session, session.write() as work:
        campaigns = work.add_many([Campaign(code=code, name=code) for code in ("2", "x")])
        work.commit()
    send({"native_id": "1", "campaign_id": "2"}, {"native_id": "2", "campaign_id": "1"}, {"native_id": "3", "campaign_id": 9})

    assert [lead.campaign_id for lead in all_of(office, Lead)] == [campaigns[0].id, None, None]
    assert all("#" not in str(entry.note) for entry in all_of(office, Interaction))


def test_ids_of_any_length_and_sign_are_ids(office: App, send: Send) -> None:
    """Two that begin alike are two; signs that no database keeps are left out."""
    long = "x" * 500
    send({"native_id": long + "1\u0000"}, {"native_id": long + "2"}, {"native_id": long + "1"})

    assert len(all_of(office, Lead)) == 2


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_who_was_merged_is_known_as_the_one_who_stays(office: App, send: Send) -> None:
    """By the phone of the merged record, and by the provider's number of the merged lead, in another delivery."""
    send(PERSON | {"native_id": "1"})
    send(PERSON | {"tel": "13900139000", "native_id": "2"})
    with office.session() as session:
        merge(session, Merge(noun="customer", keep=1, others=(2,), certain=True))
        merge(session, Merge(noun="lead", keep=1, others=(2,), certain=True))
    send({"tel": "13900139000", "name": "张三", "note": "again"})
    send({"tel": "13900139000", "name": "张三", "note": "and again", "native_id": "2", "kind": "message", "key": "z"})

    assert [1] == [lead.id for lead in all_of(office, Lead)]
    assert {(1, 1)} == {(one.customer_id, one.lead_id) for one in all_of(office, Interaction)}


NAUGHTY = [
    "<svg/onload=alert(1)>",
    "'; DROP TABLE leads; --",
    "{{7*7}} ${7*7} %s %n {0.__class__}",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "NULL",
    "undefined",
    "1e309",
    "-0",
    "true",
    "ＡＢＣ１２３",
    "ﾃｽﾄ",
    "İstanbul ß ſ",
    "Z͑ͫa͈͈lg̀o",
    "👩‍👩‍👧‍👦 🇨🇳",
    "𠜎𠜱𡿺",
    "ثم نفس سقطت",
    "a\\",
    "%00",
    '"',
]
UNSEEN = {"\u202eabc\u2066": "abc", "a\x00b\x1bc": "abc", "\ufeffBOM": "BOM", "x\ud800": "x", "\x7f\u200b \x00": "Unknown person"}


def test_f28_naughty_strings_come_in_as_they_are(office: App, send: Send) -> None:
    """In every field, and as every key; signs that nobody sees are left out, and what then is nothing is no name."""
    fields, keys = ("name", "occupation", "note", "subject", "colour", "email"), ("key", "native_id")
    outcomes = set[Outcome]()
    for number, text in enumerate([*NAUGHTY, *UNSEEN]):
        row = dict.fromkeys(fields, text) | dict.fromkeys(keys, f"{text}{number}")
        outcomes |= set(send(json.dumps(row)).outcomes)

    assert outcomes == {Outcome.ACCEPTED}
    assert [one.name for one in all_of(office, Customer)] == [*NAUGHTY, *UNSEEN.values()]


def test_one_record_that_is_broken_keeps_no_other_from_coming_in(office: App, send: Send, channel: Callable[..., None]) -> None:
    """It waits alone, is known when it comes again among others, and is a lead of its own time when the channel is mended."""

    def halting(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
        found, broken = [], []
        for line in delivery.body.decode().splitlines():
            if line.startswith("{"):
                found.append(Envelope(key=line, customer={"name": json.loads(line)["name"]}))
            else:
                broken.append(broken_envelope("half a line", line))
        return with_broken(found, broken)

    def mended(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
        lines = sorted(delivery.body.decode().splitlines(), key=lambda line: not line.startswith("{"))
        return [Envelope(key=line, customer={"name": line}) for line in lines]

    ada, bea = {"name": "Ada"}, {"name": "Bea"}
    channel(parse=halting)
    first = send("half", ada)
    longer = send("half", ada, bea)
    channel(parse=mended)
    with office.session() as session:
        (replayed,) = replay(session)

    assert first.outcomes == (Outcome.ACCEPTED, Outcome.QUARANTINED)
    assert str(first.receipts[1].reason) == "It could not be read: 'half a line'"
    assert longer.outcomes == (Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert replayed.outcomes == (Outcome.DUPLICATE, Outcome.ACCEPTED)
    assert len(all_of(office, Lead)) == 3
    assert {lead.filed_at for lead in all_of(office, Lead)} == {NOW}


def test_a_delivery_that_tells_of_too_many_is_to_be_split(office: App, send: Send) -> None:
    """How many that is, its connection says."""
    few = office._replace(settings=office.settings._replace(intake={"few": {"channel": "lines", "most_envelopes": 2}}))
    rows = [{"name": name} for name in ("Ada", "Bea", "Cyd")]
    body = "\n".join(map(json.dumps, rows)).encode()
    with few.session() as session:
        received = receive(session, "few", Delivery(body=body, received_at=NOW))

    assert received.outcomes == (Outcome.QUARANTINED,)
    reason = str(received.receipts[0].reason)
    assert "tells of 3 people; 2 are read at most. Split it, or raise most_envelopes of the connection few." in reason
    assert send(*rows).outcomes == (Outcome.ACCEPTED,) * 3


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_how_large_a_delivery_may_be_its_connection_says(office: App) -> None:
    """Its channel, where the connection says nothing."""
    wide = office._replace(settings=office.settings._replace(intake={"wide": {"channel": "lines", "most_bytes": 5_000}}))
    delivery = Delivery(body=json.dumps({"name": "Ada", "note": "x" * 3_000}).encode(), received_at=NOW)
    with wide.session() as session:
        received = [receive(session, name, delivery) for name in ("wide", "lines")]

    assert [one.outcomes for one in received] == [(Outcome.ACCEPTED,), (Outcome.REJECTED,)]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_day_that_is_still_to_come_is_told(office: App, send: Send) -> None:
    """The lead is of the time at which it reached us; a clock that is a little ahead is nobody's concern."""
    ahead = send(PERSON | {"at": (NOW + timedelta(minutes=5)).isoformat()}).receipts[0]
    wrong = send({"name": "Ada", "at": "2099-01-05T10:00:00+00:00"}).receipts[0]

    assert ahead.reason is None
    assert "it is dated 2099-01-05 10:00, a day that was still to come" in str(wrong.reason)
    assert {lead.filed_at for lead in all_of(office, Lead)} == {NOW}
    assert "2099-01-05 10:00" in all_of(office, Interaction)[-1].note
