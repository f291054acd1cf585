"""What two records could weigh at most is never less than what they do weigh."""

from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.matching.bounding import Bound
from patron.core.matching.model import read_model
from patron.core.matching.person import TELLING, Person, outline_known, person_known, person_of
from patron.core.matching.scanning import compare
from patron.core.matching.scoring import Verdict

MODEL = read_model()
WRITTEN = {
    "name": ["张三", "李芳", "John Smith", "Smith, J."],
    "tel": ["13800138000", "13800138001", "13800138010", "13900139000", "138****8000"],
    "email": ["a@example.org", "b@example.org", "ab@example.org"],
    "address": ["西湖区文三路90号", "西湖区文三路九十号", "12 Main St"],
    "born": ["1980", "1980-02-03", "1980-03-02", "1991"],
    "region": ["浙江", "北京"],
}
people = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(cells), max_size=2) for name, cells in WRITTEN.items()}
)


@settings(max_examples=200, deadline=None)
@given(people.map(person_of), people.map(person_of))
def test_who_may_be_meant_is_never_passed_over(one: Person, other: Person) -> None:
    (pair,) = compare(MODEL, one, [other])

    assert pair.verdict is Verdict.NEW or Bound(MODEL).reaches(one, other)


def test_a_name_and_another_phone_are_not_compared() -> None:
    one, other = (person_of({"name": ["濮阳慧琳"], "tel": [tel]}) for tel in ("13800138000", "13900139000"))

    assert not Bound(MODEL).reaches(one, other)


kept = st.tuples(
    st.fixed_dictionaries(
        {},
        optional={
            "birth_year": st.sampled_from([1980, 1991, None]),
            "address": st.sampled_from(["西湖区文三路90号", "-", "", None]),
            "region": st.sampled_from(["浙江", "…", None]),
        },
    ),
    st.lists(
        st.sampled_from(
            [("tel", "+8613800138000"), ("tel", "+8613800138001"), ("email", "A@example.org"), ("qq", "10001"), ("external", "7")]
        ),
        unique=True,
    ),
)


@settings(max_examples=200, deadline=None)
@given(kept, kept)
def test_an_outline_passes_over_nobody_whom_the_person_does_not(one, other) -> None:
    """What is seen at once may let too many through, never too few."""
    bound = Bound(MODEL)
    persons = [person_known("", "濮阳慧琳", about, identities) for about, identities in (one, other)]
    outlines = [outline_known(map(about.get, TELLING), identities) for about, identities in (one, other)]

    assert bound.reaches(*outlines) or not bound.reaches(*persons)
