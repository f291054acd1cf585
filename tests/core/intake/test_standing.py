"""What stands in a field is a function of all that was said of it, and not of the order in which it is heard."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.intake.standing import Word, standing
from patron.core.nouns import Customer, Field, FieldKind, Lead, fields_of
from patron.testing.application import NOW

POSITION = fields_of(Customer)["position"]
SUBJECT, CAMPAIGN, SUPPLIERS = fields_of(Lead)["subject"], fields_of(Lead)["campaign_id"], fields_of(Customer)["main_suppliers"]
VOICES = [("hook", "1"), ("hook", "2"), ("form", ""), ("mail", "")]


def words(values: st.SearchStrategy[Any], revised: bool | None = False) -> st.SearchStrategy[list[Word]]:
    hours = st.integers(0, 5).map(lambda hour: NOW + timedelta(hours=hour))
    revisions = st.booleans() if revised is None else st.just(revised)
    return st.lists(st.builds(Word, hours, st.sampled_from(VOICES), values, revisions), min_size=1, max_size=6)


def unmoved(field: Field, said: list[Word], shuffled: list[Word]) -> bool:
    one, two = standing(field, said), standing(field, shuffled)
    return (list(one.since.items()), one.voice) == (list(two.since.items()), two.voice)


@settings(max_examples=80)
@given(words(st.sampled_from("ABC"), None), st.randoms(use_true_random=False))
def test_any_order_comes_to_the_same(said: list[Word], random: Any) -> None:
    """Of what its speaker may correct, of what stands as it was said first, and of a list that grows; ties have an order, too."""
    shuffled = random.sample(said, len(said))
    listed: Callable[[list[Word]], list[Word]] = lambda some: [one._replace(value=(one.value,)) for one in some]  # noqa: E731

    assert unmoved(SUBJECT, said, shuffled)
    assert unmoved(CAMPAIGN, said, shuffled)
    assert unmoved(POSITION, said, shuffled)
    assert unmoved(SUPPLIERS, listed(said), listed(shuffled))


@settings(max_examples=60)
@given(words(st.sampled_from("ABC")))
def test_the_first_word_stands_unless_its_speaker_says_another(said: list[Word]) -> None:
    first = min(said, key=lambda word: (word.at, word.voice, word.value))
    own = [word for word in said if word.voice == first.voice and first.voice[1]] or [first]
    last = max(own, key=lambda word: (word.at, word.value))

    assert standing(CAMPAIGN, said).value == first.value
    assert standing(SUBJECT, said).value == last.value
    assert standing(SUBJECT, said).voice == (first.voice if first.voice[1] else None)


@settings(max_examples=40)
@given(words(st.sampled_from("ABC"), revised=True))
def test_what_is_revised_stands_as_it_was_last(said: list[Word]) -> None:
    """Of who said it first; who has no number is not heard again."""
    first = min(said, key=lambda word: (word.at, word.voice, word.value))
    own = [word for word in said if word.voice == first.voice and first.voice[1]] or [first]

    assert standing(POSITION, said).value == max(own, key=lambda word: (word.at, word.value)).value


def test_what_stood_when_is_known() -> None:
    """Of what a speaker corrected, and of a list that grows; before the first word there was nothing."""
    voice, hour = ("hook", "1"), timedelta(hours=1)
    corrected = standing(SUBJECT, [Word(NOW + hour, voice, "B"), Word(NOW, voice, "A")])
    grown = standing(SUPPLIERS, [Word(NOW + hour, voice, ("A", "B")), Word(NOW, voice, ("C", "A"))])

    assert [corrected.at(NOW - hour), corrected.at(NOW), corrected.at(NOW + hour)] == [None, "A", "B"]
    assert (grown.at(NOW), grown.value) == (("C", "A"), ("C", "A", "B"))
    assert standing(SUBJECT, []).value is None


def test_a_field_of_your_own_is_corrected_as_a_wish_is() -> None:
    own = Field(name="house.colour", noun="lead", kind=FieldKind.TEXT)

    assert standing(own, [Word(NOW, ("hook", "1"), "A")]).voice == ("hook", "1")
