"""Conditions as people write them, compiled to criteria."""

from datetime import date
from operator import eq, ge, gt, le, lt, ne
from random import Random
from types import MappingProxyType

import pytest

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.crm.filters import parse_where
from patron.core.crm.values import ValueReader
from patron.core.errors import ExpressionError
from patron.core.expression import Comparison, Containing, Joining, Missing, Negation, Number, parse_condition
from patron.core.expression import Condition as Written
from patron.core.nouns import Customer, FieldError, Lead, Team
from patron.core.nouns.criterion import Condition, Criterion, Joined, Negated, Operator
from patron.core.store import Database
from patron.testing import app
from patron.testing.application import NOW


def where(office: App, text: str, noun: str = "lead") -> Condition:
    with office.session() as session, session.read() as reader:
        return parse_where(text, noun, ValueReader(reader, "UTC"))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("状态 == '跟进中'", Criterion("status", Operator.EQUAL, "open")),
        ("likelihood >= 50.0", Criterion("likelihood", Operator.AT_LEAST, 50)),
        ("owner_user_id != 'li'", Criterion("owner_user_id", Operator.UNEQUAL, 2)),
        ("subject contains 'suv'", Criterion("subject", Operator.CONTAINS, "suv")),
        ("level is missing", Criterion("level", Operator.MISSING, True)),
        ("level == ''", Criterion("level", Operator.MISSING, True)),
        ("level != ''", Criterion("level", Operator.MISSING, False)),
        ("interests == 'A'", Criterion("interests", Operator.CONTAINS, "A")),
        ("interests != 'A'", Negated(Criterion("interests", Operator.CONTAINS, "A"))),
        ("id == '#7'", Criterion("id", Operator.EQUAL, 7)),
        (
            "not status in ('won', '战败')",
            Negated(Joined(False, (Criterion("status", Operator.EQUAL, "won"), Criterion("status", Operator.EQUAL, "lost")))),
        ),
    ],
)
def test_a_text_becomes_a_condition(office: App, text: str, condition: Condition) -> None:
    assert where(office, text) == condition


def test_a_truth_is_compared_without_quotes(office: App) -> None:
    """As the documentation of channels says it."""
    assert where(office, "awaits == true", "receipt") == Criterion("awaits", Operator.EQUAL, True)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("stauts == 'x'", ExpressionError, "did you mean 'status'"),
        ("status == 'gone'", FieldError, "gone"),
        ("likelihood == 'often'", FieldError, "often"),
        ("likelihood contains '5'", FieldError, "no text"),
        ("interests < 'B'", FieldError, "a list"),
        ("status ==", ExpressionError, "ends too early"),
    ],
)
def test_what_is_no_condition_is_refused(office: App, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        where(office, text)


FIELDS = {
    "likelihood": [0, 40, 100],
    "level": ["hot", "cold"],
    "subject": ["Suv", "van"],
    "interests": ["A", "B"],
    "expected_on": [],
}
DAYS = ["2026-01-01", "2026-02-01"]


def random_condition(random: Random, depth: int = 3) -> str:
    """Return a condition on leads, as people write it."""
    kind = random.choice(["and", "or", "not", "test", "test", "test"]) if depth else "test"
    if kind in ("and", "or"):
        return f"({random_condition(random, depth - 1)} {kind} {random_condition(random, depth - 1)})"
    if kind == "not":
        return f"not {random_condition(random, depth - 1)}"
    name = random.choice([*FIELDS])
    if random.random() < 0.2:
        return f"{name} is {random.choice(['', 'not '])}missing"
    value = random.choice(FIELDS[name] or DAYS)
    literal = str(value) if isinstance(value, int) else f"'{value}'"
    if name == "interests":
        return f"{name} {random.choice(['==', '!=', 'contains', 'not contains'])} {literal}"
    if name in ("level", "subject"):
        return f"{name} {random.choice(['==', '!='])} {literal}"
    return f"{name} {random.choice(['==', '!=', '<', '<=', '>', '>='])} {literal}"


def holds(condition: Written, lead: Lead) -> bool:
    """Say whether a condition holds, by what the words mean: the slow twin of the database."""
    match condition:
        case Negation(inner):
            return not holds(inner, lead)
        case Joining(every, parts):
            return (all if every else any)(holds(part, lead) for part in parts)
        case Missing(name):
            return getattr(lead, name) in (None, ())
        case Containing(name, text):
            return text in getattr(lead, name)
        case Comparison(name, sign, literal):
            return compared(getattr(lead, name), sign, literal.to_decimal() if isinstance(literal, Number) else literal)


def compared(value: object, sign: str, other: object) -> bool:
    if isinstance(value, tuple):
        return (other in value) is (sign == "==")
    if value is None:
        return sign == "!="
    return bool(SIGNS[sign](value.isoformat() if isinstance(value, date) else value, other))


SIGNS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
LEVELS = MappingProxyType({"lead_level": {"hot": {}, "cold": {}}})


def test_the_database_means_what_the_words_mean(address: str, database: Database) -> None:
    """A hundred random conditions on forty random leads, missing values among them."""
    random = Random(7)
    with app(settings=Settings(store=StoreSettings(database=address), codes=LEVELS)).session() as session:
        with session.write() as work:
            customer = work.add(Customer(name="Ada"))
            team = work.add(Team(code="sales", name="Sales"))
            owned = {"customer_id": customer.id, "source": "qq", "filed_at": NOW, "owner_team_id": team.id}
            for _ in range(40):
                given = {name: random.choice([None, *(values or DAYS)]) for name, values in FIELDS.items() if name != "interests"}
                work.add(Lead(**owned, **given, interests=random.choice([(), ("A",), ("B",), ("A", "B")])))
            work.commit()
        with session.read() as reader:
            leads, values = reader.find(Lead), ValueReader(reader, "UTC")
            for _ in range(100):
                text = random_condition(random)
                found = {lead.id for lead in reader.find(Lead, [parse_where(text, "lead", values)])}
                assert {lead.id for lead in leads if holds(parse_condition(text, [*FIELDS]), lead)} == found, text
