"""
What is known of records beyond their fields: of customers their scores in the published run, and when somebody last spoke with
them; of what belongs to a customer, the customer's name; of leads by when they should be reached.

Conditions, sorting, lists and exports name these values as they name fields: scores by the name of their column or by its words,
with `score.` before it where a field of customers is called so. A name that is used asks for its own right, so that nobody learns
by a filter what they may not see; of customers whose scores the actor may not see, and of those whom the run doesn't know, the
values are missing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from patron.core.access import Action
from patron.core.crm.score_words import column_words
from patron.core.i18n import CORE, LANGUAGES
from patron.core.nouns import Field, Labels
from patron.core.nouns.criterion import Condition, named_in
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.beside import Beside
from patron.core.store.contacts import LAST_CONTACT, LAST_CONTACT_FIELD, contacts_beside
from patron.core.store.customer_names import CUSTOMER_NAME, CUSTOMER_NAME_FIELD, OF_CUSTOMERS, customer_names_beside
from patron.core.store.responses import RESPOND_BY, RESPOND_BY_FIELD, responses_beside
from patron.core.store.scores import PREFIX, published_run, score_field, scores_beside
from patron.core.store.scores.reading import RESOURCE

_CUSTOMER, _LEAD = "customer", "lead"
_UNKNOWN = "label"
"""The kind of a column that no run has: whoever uses it is told that there is no run."""


def further_fields(session: Session, reader: Reader, noun: str) -> Mapping[str, Field]:
    """
    Return what is known of records beyond their fields, by everything that it can be called.

    Args:
        session: the plugins and their words.
        reader: the database.
        noun: the kind of the records.
    """
    own = reader.vocabulary.fields(noun)
    found: dict[str, Field] = {}
    for field in _known(session, reader, noun):
        for name in (field.name, field.name.removeprefix(PREFIX), *field.words.values()):
            if name not in own:
                found.setdefault(name, field)
    return MappingProxyType(found)


def besides(session: Session, reader: Reader, names: Collection[str], noun: str = _CUSTOMER) -> tuple[Beside, ...]:
    """
    Return what a query reads beside the records of a noun for the values that it names.

    Raises:
        NotFoundError: scores are named, and no run is published.
        DeniedError: the actor may see no scores, no interactions or no customers, and a value is made of them.
    """
    found = []
    if CUSTOMER_NAME in names:
        found.append(customer_names_beside(reader, noun))
    if any(name.startswith(PREFIX) for name in names):
        found.append(scores_beside(reader, names))
    if LAST_CONTACT in names:
        found.append(contacts_beside(reader))
    if RESPOND_BY in names:
        found.append(responses_beside(reader.vocabulary, session.settings.assignment.first_response_minutes))
    return tuple(found)


def named_further(
    noun: str, conditions: Iterable[Condition], order: Iterable[str], further: Mapping[str, Field]
) -> tuple[Field, ...]:
    """Return the values beyond the fields that conditions and an order name, each once."""
    by_name = {field.name: field for field in further.values()}
    own = [name for one in conditions for whose, name in named_in(one, noun) if whose == noun]
    named = [*own, *(one.removeprefix("-") for one in order)]
    return tuple(by_name[name] for name in dict.fromkeys(named) if name in by_name)


def _known(session: Session, reader: Reader, noun: str) -> Iterator[Field]:
    if noun == _CUSTOMER:
        yield _worded(reader, noun, LAST_CONTACT_FIELD)
        yield from _scores(session, reader)
    elif noun in OF_CUSTOMERS:
        yield _worded(reader, noun, CUSTOMER_NAME_FIELD)
    if noun == _LEAD:
        yield _worded(reader, noun, RESPOND_BY_FIELD)


def _worded(reader: Reader, noun: str, field: Field) -> Field:
    words = {lang: Labels(reader.vocabulary, lang).field(noun, field.name) for lang in LANGUAGES}
    return Field(name=field.name, kind=field.kind, words=MappingProxyType(words))


def _scores(session: Session, reader: Reader) -> Iterator[Field]:
    columns = _columns(session, reader)
    called = {lang: column_words(session, lang) for lang in LANGUAGES}
    for name, kind in columns.items():
        yield score_field(name, kind, MappingProxyType({lang: words(name) for lang, words in called.items()}))


def _columns(session: Session, reader: Reader) -> Mapping[str, str]:
    """Return the columns of the published run with their kinds; where the actor can see none, those that there could be."""
    if reader.policy.scope(reader.actor, Action.READ, RESOURCE) and (run := published_run(reader)) is not None:
        return {column.name: column.kind for column in run.columns}
    factors = (column.name for owned in session.host.score_factors() for column in owned.item.columns)
    return dict.fromkeys([*CORE.section(LANGUAGES[0], "column"), *factors], _UNKNOWN)
