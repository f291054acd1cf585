"""Letters to many: by name, with what is known, to whoever may be written to, and nothing asked that is known."""

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from patron import UsageError, testing
from patron.app import App
from patron.core.clock import fixed_clock
from patron.core.crm import AddConsent, AddInteraction, add_consent, add_interaction, list_records
from patron.core.crm.records import Query
from patron.plugins import mailing
from patron.plugins.mailing.merging import Merge, Merged, merge, record
from patron.plugins.mailing.responses import rates, responses
from patron.plugins.mailing.template import Template

Write = Callable[..., Template]
ENGLISH = """Subject: Your {{last_product | car}}
Language: en

{{greeting}},
you bought {{products | nothing yet}}.
{{ask region}}
Yours, {{contact_person}}
"""
CHINESE = """Subject: 您的{{last_product | 爱车}}
Language: zh

{{greeting}}：
您最近一次购买：{{last_order_on | 无}}。
{{ask birth_year}}
"""


def merged(house: App, *templates: Template, **about: str) -> Merged:
    with house.session() as session:
        return merge(session, Merge(templates=templates, **about))  # type: ignore[arg-type]  # as given


def test_hook_cli_commands_of_mailing_keeps_its_promises() -> None:
    testing.check_plugin(mailing)


@pytest.mark.requirement("R232")
def test_everybody_gets_a_letter_of_their_own(house: App, letter: Write) -> None:
    """The real name, what they bought, in their language; who did not agree gets none."""
    found = merged(house, letter(ENGLISH, "en.txt"), letter(CHINESE, "zh.txt"))

    assert [(one.address, one.subject) for one in found.letters] == [
        ("ouyang@example.com", "您的Model B"),
        ("li@example.com", "您的爱车"),
        ("berg@example.com", "Your Model A"),
        ("nobody@example.com", "Your car"),
    ]
    assert found.letters[0].body == "尊敬的欧阳先生：\n您最近一次购买：2025-11-30。\n"
    assert found.letters[2].body == "Dear Mr van der Berg,\nyou bought Model A.\nYours, 陈\n"


@pytest.mark.requirement("R232", "R278", "R286")
def test_nobody_is_asked_for_what_is_known(house: App, letter: Write) -> None:
    """欧阳's year of birth is known and Li's is not; Berg's region is known, the nameless one's is not."""
    found = merged(house, letter(ENGLISH, "en.txt"), letter(CHINESE, "zh.txt"))

    asks = {one.address: [line for line in one.body.splitlines() if "____" in line] for one in found.letters}
    assert asks == {
        "ouyang@example.com": [],
        "li@example.com": ["出生年份：____"],
        "berg@example.com": [],
        "nobody@example.com": ["region: ____"],
    }


@pytest.mark.requirement("R286")
def test_a_question_in_words_of_its_own_is_warned_of(house: App, letter: Write) -> None:
    found = merged(house, letter("{{greeting}}\nWhat is your year of birth?\n"))

    assert found.asks_known == {"birth_year": 1}


@pytest.mark.requirement("R232")
@pytest.mark.parametrize(
    "salutation", ["尊贵的顾客", "尊貴的顧客", "Dear Customer", "dear sir or madam", "To whom it may concern"]
)
def test_a_salutation_of_nobody_is_refused_where_a_name_is_known(house: App, letter: Write, salutation: str) -> None:
    template = letter(f"Subject: Spring\n\n\n{salutation},\n…")

    with pytest.raises(UsageError, match="line 2 of the text"):
        merged(house, template)
    assert len(merged(house, template, where="name == '+86138'").letters) == 1


@pytest.mark.requirement("R232")
def test_a_subject_greets_nobody_in_particular_either(house: App, letter: Write) -> None:
    with pytest.raises(UsageError, match="the subject: 'Dear friend' greets nobody"):
        merged(house, letter("Subject: Dear friends of ours\n\n{{greeting}}"))


def test_who_lacks_what_the_letter_is_about_gets_none(house: App, letter: Write) -> None:
    found = merged(house, letter("{{greeting}}, your {{last_product}}"))

    assert [one.customer.name for one in found.letters] == ["欧阳锋", "Ludwig van der Berg"]
    assert found.lacking == {"last_product": 2}


def test_a_value_that_is_not_there_is_refused(house: App, letter: Write) -> None:
    with pytest.raises(UsageError, match="no 'last_prodct' to put into a letter"):
        merged(house, letter("{{last_prodct}}"))
    with pytest.raises(UsageError, match="no 'shoe_size'"):
        merged(house, letter("{{ask shoe_size}}"))


@pytest.mark.requirement("R096")
def test_every_letter_keeps_its_response(house: App, letter: Write) -> None:
    """Yes, no, and when: by list (the campaign), channel and message."""
    found = merged(house, letter(ENGLISH, "en.txt"), where="region == 'North' or name == '李静'")
    with house.session() as session:
        assert record(session, found, "spring") == 2
    with house.session() as now:
        session = attrs.evolve(now, clock=fixed_clock(testing.NOW + timedelta(days=40)))
        for number, days in ((3, 4), (2, 31)):
            at = (testing.NOW + timedelta(days=days)).isoformat()
            values = {"customer_id": f"#{number}", "direction": "in", "note": "asks", "at": at}
            add_interaction(session, AddInteraction(values=values))
        answers = {one.customer_id: one.responded_at for one in responses(session, "spring")}
        told = list_records(session, Query(noun="interaction", where="direction == 'out'")).records
        by_message = {one.note: (one.sent, one.responded, one.days) for one in rates(responses(session, "spring"))}

    assert answers == {3: testing.NOW + timedelta(days=4), 2: None}
    assert {(one.channel, one.purpose, one.note) for one in told} == {
        ("email", "marketing", "Your Model A"),
        ("email", "marketing", "Your car"),
    }
    assert by_message == {"Your Model A": (1, 1, 4.0), "Your car": (1, 0, None)}


@pytest.mark.requirement("R096")
@pytest.mark.parametrize("given_by", ["message", "provider"])
def test_to_want_no_more_is_no_answer(house: App, letter: Write, given_by: str) -> None:
    """It is told apart, and so is what a platform told of them; who asks something and unsubscribes later did answer."""
    found = merged(house, letter(ENGLISH, "en.txt"), where="region == 'North' or name == '李静'")
    with house.session() as session:
        record(session, found, "spring")
    with house.session() as now:
        later = testing.NOW + timedelta(days=3)
        session = attrs.evolve(now, clock=fixed_clock(later))
        add_interaction(session, AddInteraction(values={"customer_id": "#3", "direction": "in", "note": "asks"}))
        add_interaction(session, AddInteraction(values={"customer_id": "#2", "direction": "in", "outcome": "told"}))
        for number, days in ((2, 2), (3, 1)):
            at = (testing.NOW + timedelta(days=days)).isoformat()
            add_interaction(session, AddInteraction(values={"customer_id": f"#{number}", "direction": "in", "at": at}))
            said = {"customer_id": f"#{number}", "decision": "withdrawn", "channel": "email", "given_by": given_by, "at": at}
            add_consent(session, AddConsent(values=said))
        answers = {one.customer_id: (one.responded_at, one.left) for one in responses(session, "spring")}
        by_message = {one.note: (one.responded, one.left) for one in rates(responses(session, "spring"))}

    assert answers == {2: (None, True), 3: (later, True)}
    assert by_message == {"Your Model A": (1, 1), "Your car": (0, 1)}
