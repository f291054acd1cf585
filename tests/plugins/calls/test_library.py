"""The library of model calls (R094)."""

from collections.abc import Callable

import pytest

from patron import DeniedError, FieldError, NotFoundError, Product, UsageError
from patron.app import App
from patron.core.crm import AddConsent, add_consent
from patron.plugins.calls.library import AddModel, ModelCall, add_model_call, model_calls, withdraw_model

Call = Callable[..., int]


def add(house: App, number: int, topics: str = "price", *, login: str = "chen", product: str | None = None) -> int:
    with house._replace(login=login).session() as session:
        return add_model_call(session, AddModel(call=number, topics=topics, why="answers with the value", product=product)).number


def library(house: App, login: str = "zhou", **about: str) -> tuple[ModelCall, ...]:
    with house._replace(login=login).session() as session:
        return model_calls(session, **about)


def say(house: App, decision: str, **about: str) -> None:
    with house.session() as session:
        values = {"customer_id": "#1", "decision": decision, "purpose": "training", **about}
        add_consent(session, AddConsent(values=values))


@pytest.mark.requirement("R094")
def test_model_calls_are_found_by_topic_rep_and_product(house: App, call: Call) -> None:
    """By whoever works in sales, whosever the customers are; the latest first."""
    with house.session() as session, session.write() as work:
        work.add(Product(code="A", name="Model A"))
        work.commit()
    first = add(house, call("wang"), "价格;产品", product="A")
    second = add(house, call("zhou"), "appointment")

    assert [second, first] == [one.number for one in library(house)]
    by = ({"topic": "价格"}, {"rep": "wang"}, {"product": "A"}, {"topic": "appointment"}, {"rep": "chen"})
    assert [[first], [first], [first], [second], []] == [[one.number for one in library(house, **about)] for about in by]
    (one,) = library(house, topic="price")
    assert ("王芳", ("price", "product"), "Model A", "answers with the value") == (one.rep, one.topics, one.product, one.why)
    assert "https://pbx.example/1.wav" == one.recording


@pytest.mark.requirement("R094")
@pytest.mark.parametrize("decision", ["refused", "withdrawn"])
def test_a_customer_who_says_no_is_heard_no_more(house: App, call: Call, decision: str) -> None:
    """What was put there is hidden at once, and nothing is put there any more; a later yes brings it back."""
    number = call("wang")
    add(house, number)
    say(house, decision, at="2025-12-31")

    assert () == library(house)
    with pytest.raises(UsageError, match="did not agree"):
        add(house, number)
    say(house, "granted", at="2026-01-01T08:00")
    assert 1 == len(library(house))


@pytest.mark.requirement("R094")
def test_where_it_takes_a_yes_silence_is_none(house: App, call: Call) -> None:
    outreach = house.settings.outreach._replace(needs_consent=("training",))
    careful = house._replace(settings=house.settings._replace(outreach=outreach))
    number = call("wang")
    with pytest.raises(UsageError, match="did not agree"):
        add(careful, number)
    say(house, "granted", at="2025-12-31")

    add(careful, number)
    assert 1 == len(library(careful))


@pytest.mark.requirement("R094")
def test_who_speaks_may_withdraw(house: App, call: Call) -> None:
    """Another sales person may not."""
    number = add(house, call("wang"))
    with house._replace(login="zhou").session() as session, pytest.raises(NotFoundError):
        withdraw_model(session, number, "?")
    with house._replace(login="wang").session() as session:
        withdraw_model(session, number, "not any more")

    assert () == library(house)


@pytest.mark.requirement("R094")
def test_a_call_stands_in_the_library_once(house: App, call: Call) -> None:
    """Added again it says something else, keeps a product that was named, and is withdrawn as a whole."""
    with house.session() as session, session.write() as work:
        work.add(Product(code="A", name="Model A"))
        work.commit()
    number = call("wang")
    first = add(house, number, product="A")

    assert first == add(house, number, "appointment")
    assert [(first, ("appointment",), "Model A")] == [(one.number, one.topics, one.product) for one in library(house)]
    with house._replace(login="wang").session() as session:
        withdraw_model(session, first, "not any more")
    assert () == library(house)
    assert first != add(house, number)
    assert 1 == len(library(house))


def test_what_goes_with_the_recording(house: App, call: Call) -> None:
    """An empty address is an empty place in the library."""
    from patron.core.nouns import Interaction

    number = call("wang")
    add(house, number)
    with house.session() as session, session.write() as work:
        work.update(work.get(Interaction, number), recording=None)
        work.commit()

    assert () == library(house)


def test_what_is_no_model(house: App, call: Call) -> None:
    number = call("wang")

    with pytest.raises(DeniedError):
        add(house, number, login="wang")
    with pytest.raises(FieldError):
        add(house, number, "nonsense")
    with pytest.raises(UsageError, match="--topic"):
        add(house, number, "")
    with pytest.raises(UsageError, match="no recording"):
        add(house, call("wang", recording=None))
