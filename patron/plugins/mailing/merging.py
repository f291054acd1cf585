"""
The merge: letters to everybody who may be written to, rendered and not sent.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from patron import Action, Customer, Interaction, Labels, Reader, UsageError
from patron.core.crm.filters import parse_where
from patron.core.crm.further import besides, further_fields, named_further
from patron.core.crm.records import made, values_of
from patron.core.i18n import LANGUAGES
from patron.core.names import listed
from patron.core.nouns.criterion import Condition, Criterion, Operator, equal
from patron.core.outreach import Ask, Sieve, addressing, ask_of
from patron.core.outreach.rules import rules_of
from patron.core.session import Session
from patron.plugins.mailing.addressing import has_name, language_of
from patron.plugins.mailing.leaving import way_out_of, with_link
from patron.plugins.mailing.recipients import OWN, Recipient, fields, recipients
from patron.plugins.mailing.template import LackingError, Template, check_names, render
from patron.plugins.mailing.words import WORDS

_PAGE = 500
_SYSTEM = "mailing"
_ASKING = ("?", "？", "____")
"""Signs of a line that asks for something."""


@attrs.frozen(kw_only=True)
class Merge:
    """
    Write to many.

    Attributes:
        templates: the letter, one for each language that it is written in.
        where: to whom, a condition on customers; None for all that the actor may write to.
        purpose: for what, a code or label of `purpose`.
        channel: by what means, a code or label of `contact_channel`.
    """

    templates: tuple[Template, ...]
    where: str | None = None
    purpose: str = "marketing"
    channel: str = "email"


@attrs.frozen(kw_only=True)
class Letter:
    """
    One letter.

    Attributes:
        customer: to whom.
        address: where to.
        subject: one line.
        body: the text.
        unsubscribe: the address at which they say that they want no more; empty where there is none.
    """

    customer: Customer
    address: str
    subject: str
    body: str
    unsubscribe: str = ""


@attrs.frozen(kw_only=True)
class Merged:
    """
    What came of a merge.

    Attributes:
        letters: in the order of the customers' ids.
        ask: by what means and for what they are written.
        lacking: name of a value → how many got no letter because it isn't known of them.
        asks_known: name of a field → of how many it is known, that a line of the letter seems to ask for.
    """

    letters: tuple[Letter, ...]
    ask: Ask
    lacking: Mapping[str, int]
    asks_known: Mapping[str, int]


def merge(session: Session, command: Merge) -> Merged:
    """
    Return the letters; who may not be written to is left out, and told of.

    Raises:
        UsageError: a template names what doesn't exist, or greets nobody in particular while a name is known.
        ConfigurationError: the way to unsubscribe is set up wrongly; see `way_out()`.
        ExpressionError, FieldError: the condition, the channel or the purpose is wrong.
        DeniedError: the actor may write to none; see `addressing()`.
    """
    ask = ask_of(session, channel=command.channel, purpose=command.purpose)
    if ask is None:
        raise AssertionError("both have a value")
    known = fields(session)
    for template in command.templates:
        check_names(template, dict.fromkeys((*OWN, *known)), known)
    way = way_out_of(session, command.templates, ask)
    with session.read() as reader:
        allowed = addressing(session, reader, ask)
        found = [with_link(one, way, ask) for one in _recipients(session, allowed.reader, command, allowed.ask or ask)]
    _refuse_generic(session, command.templates, found)
    return _written(session, command.templates, found, ask)


def record(session: Session, merged: Merged, campaign: str | None = None, key: str | None = None) -> int:
    """
    Tell of every letter as a contact that went out, so that it can be seen who answered, and return how many there are.

    Args:
        session: the session.
        merged: the letters.
        campaign: the code of the campaign that the letters belong to.
        key: what this telling is called; what was told under it once is not told again.

    Raises:
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    ask = merged.ask
    with session.write(cause="mail") as work:
        about: dict[str, Any] = {"campaign_id": campaign} if campaign else {}
        values = values_of(session, work).values("interaction", about)
        values |= {"at": ask.at, "channel": ask.channel, "purpose": ask.purpose, "direction": "out", "effective": False}
        values |= {"user_id": work.actor.user_id, "team_id": work.actor.team_id}
        # Who may be written to was asked when the letters were made, in the same moment of the clock.
        told = [
            {"customer_id": one.customer.id, "note": one.subject or one.body[:200]} | _named(key, place)
            for place, one in enumerate(merged.letters)
        ]
        work.add_many([made(Interaction, values | one) for one in told])
        work.commit()
    return len(merged.letters)


def is_told(session: Session, key: str) -> bool:
    """Return whether letters were told of under a key, as far as the actor may see what they tell."""
    with session.read() as reader:
        return bool(reader.find(Interaction, [equal(name, value) for name, value in _named(key, 0).items()], limit=1))


def _named(key: str | None, place: int) -> dict[str, str]:
    return {} if key is None else {"system": _SYSTEM, "source_key": f"{key}:{place}"}


def _recipients(session: Session, reader: Reader, command: Merge, ask: Ask) -> Iterator[Recipient]:
    rules, sieve = rules_of(session), Sieve(session, reader, ask)
    beyond = further_fields(session, reader, "customer") if command.where else {}
    condition = parse_where(command.where, "customer", values_of(session, reader), beyond) if command.where else None
    criteria: list[Condition] = [condition] if condition else []
    beside = besides(session, reader, {one.name for one in named_further("customer", criteria, (), beyond)}, "customer")
    last = 0
    while True:
        behind = Criterion("id", Operator.MORE, last)
        rows = reader.find_beside(Customer, beside, [*criteria, behind], limit=_PAGE, action=Action.EXPORT)
        if not rows:
            break
        last = rows[-1][0].id
        kept = sieve.kept(one.id for one, _ in rows)
        chosen = [one for one, _ in rows if one.id in kept and one.merged_into_id is None]
        yield from recipients(reader, chosen, rules.schemes(ask.channel), rules.field(ask.channel))
    sieve.tell()


def _refuse_generic(session: Session, templates: Sequence[Template], found: Sequence[Recipient]) -> None:
    """See that no letter to somebody whose name is known greets anybody."""
    named = sum(has_name(one.customer) for one in found)
    phrases = _generic(session)
    for template in templates if named else ():
        for number, line in ((0, template.subject), *template.lines()):
            said = next((one for one in phrases if one.casefold() in line.casefold()), None)
            if said is not None:
                key = "mailing.generic" if number else "mailing.generic_subject"
                where: dict[str, Any] = {"path": template.path, "instead": "{{greeting}}"} | ({"line": number} if number else {})
                raise UsageError(key, catalogue=WORDS, got=said, count=named, **where)


def _generic(session: Session) -> tuple[str, ...]:
    vocabulary = session.records.vocabulary
    codes = vocabulary.codes.get("generic_salutation", {})
    return tuple(vocabulary.code_label("generic_salutation", code, lang) for lang in LANGUAGES for code in codes)


def _written(session: Session, templates: Sequence[Template], found: Sequence[Recipient], ask: Ask) -> Merged:
    letters: list[Letter] = []
    lacking: Counter[str] = Counter()
    known: Counter[str] = Counter()
    hinted = {template.path: _questions(session, template) for template in templates}
    for one in found:
        template = _template_for(templates, one.customer)
        try:
            letters.append(_letter(session, template, one))
        except LackingError as error:
            lacking[error.name] += 1
            continue
        known.update(name for name in hinted[template.path] if one.knows(name))
    return Merged(letters=tuple(letters), ask=ask, lacking=lacking, asks_known=known)


def _letter(session: Session, template: Template, one: Recipient) -> Letter:
    lang = template.lang or language_of(one.customer)
    unknown = session.records.vocabulary.code_label("generic_salutation", "customer", lang)
    values, labels = one.values(session, lang, unknown), Labels(session.records.vocabulary, lang)

    def ask(name: str) -> str:
        return "" if one.knows(name) else f"{labels.field('customer', name)}{'：' if lang == 'zh' else ': '}____"

    return Letter(
        customer=one.customer,
        address=one.address,
        subject=" ".join(render(template.subject, values, ask).split()),
        body=render(template.body, values, ask),
        unsubscribe=one.unsubscribe,
    )


def _template_for(templates: Sequence[Template], customer: Customer) -> Template:
    """Return the letter in somebody's language; the first one where there is none in it."""
    lang = language_of(customer)
    return next((one for one in templates if one.lang in {lang, ""}), templates[0])


def _questions(session: Session, template: Template) -> frozenset[str]:
    """Return the fields that lines of a letter seem to ask for in words of their own."""
    names = {
        label.casefold(): name
        for lang in LANGUAGES
        for name in fields(session)
        if len(label := Labels(session.records.vocabulary, lang).field("customer", name)) > 1 and name != "name"
    }
    own = [line.casefold() for _, line in template.lines() if "{{" not in line]
    asking = [line for line in own if any(sign in line for sign in _ASKING)]
    return frozenset(name for label, name in names.items() if any(label in line for line in asking))


def told_of(merged: Merged) -> tuple[object, object]:
    """Return what was lacking, and what is asked although it is known, as lists for messages."""
    lists = (merged.lacking, merged.asks_known)
    lacking, known = (listed([f"{name} ({count})" for name, count in sorted(one.items())]) for one in lists)
    return lacking, known
