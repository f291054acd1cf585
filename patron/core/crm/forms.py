"""
Forms about a customer, filled in with what is known, so that nobody is asked the same thing twice.

A form is a code of the list `form` with `fields`: fields of the customer, and schemes of identities (`tel`, `email`, …). The list
is open to plugins and to `[codes.form.NAME]` of the configuration.
"""

from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.crm.identities import identities_of
from patron.core.errors import UsageError
from patron.core.i18n import CORE
from patron.core.names import listed, shorten
from patron.core.nouns import Customer, Field, FieldError, FieldKind, Labels, value_of
from patron.core.nouns.lists import join_list
from patron.core.outreach.people import everything
from patron.core.session import Session
from patron.core.store.kinds import to_json

_LIST = "form"


@attrs.frozen(kw_only=True)
class Entry:
    """
    One question of a form.

    Attributes:
        name: the field of the customer, or the scheme.
        label: what people call it.
        value: what is known, as JSON can hold it; None where it has to be asked.
        text: the same in words.
        hidden: it is known, and the actor may not see it.
    """

    name: str
    label: str
    value: Any = None
    text: str = ""
    hidden: bool = False

    @property
    def known(self) -> bool:
        """Whether it has not to be asked any more."""
        return self.hidden or self.value not in (None, [], "")


@attrs.frozen(kw_only=True)
class FilledForm:
    """
    A form, filled in with what is known.

    Attributes:
        form: its code.
        title: what people call it.
        customer: whom it is about.
        entries: its questions, in order.
    """

    form: str
    title: str
    customer: Customer
    entries: tuple[Entry, ...]

    @property
    def to_ask(self) -> tuple[Entry, ...]:
        """The questions that are left."""
        return tuple(one for one in self.entries if not one.known)


def fill_form(session: Session, customer_id: int, form: str) -> FilledForm:
    """
    Return a form filled in with what is known of a customer, as far as the actor may see it.

    Raises:
        UsageError: there is no such form.
        FieldError: it asks for a field that customers don't have.
        NotFoundError: there is no such customer, or none that the actor may see.
    """
    labels = Labels(session.records.vocabulary, session.t.lang)
    code, names = _form(labels, form)
    with session.read() as reader:
        customer = reader.get(Customer, customer_id)
        reached: dict[str, list[str]] = {}
        for one in identities_of(reader, customer_id):
            reached.setdefault(one.scheme, []).append(one.value)
        # Who may not see a number asks for it no more than who may.
        hidden = {one.scheme for one in identities_of(everything(reader), customer_id)} - reached.keys()
    unseen = session.t("crm.known_unseen")
    entries = tuple(
        Entry(name=name, label=_scheme_label(labels, name), text=unseen, hidden=True)
        if name in hidden
        else _entry(session, labels, customer, reached, name)
        for name in names
    )
    return FilledForm(form=code, title=labels.code(_LIST, code), customer=customer, entries=entries)


def _form(labels: Labels, written: str) -> tuple[str, tuple[str, ...]]:
    known = labels.vocabulary.codes.get(_LIST, {})
    try:
        code = labels.code_called(Field(name=_LIST, kind=FieldKind.CODE, codes=_LIST), written)
    except FieldError as error:
        called = [labels.vocabulary.code_called(_LIST, one) for one in known]
        raise UsageError("crm.no_form", got=shorten(written), known=listed(called)) from error
    fields: Any = labels.vocabulary.attributes(_LIST, code).get("fields", ())
    return code, tuple(str(one) for one in fields)


def _entry(session: Session, labels: Labels, customer: Customer, reached: dict[str, list[str]], name: str) -> Entry:
    if name in labels.vocabulary.codes["identity_scheme"]:
        values = reached.get(name, [])
        return Entry(name=name, label=_scheme_label(labels, name), value=values[0] if values else None, text=join_list(values))
    field = labels.vocabulary.field("customer", name)
    value = value_of(customer, name)
    text = labels.value(field, value, ZoneInfo(session.settings.timezone))
    return Entry(name=name, label=labels.field("customer", name), value=to_json(value), text=text)


def _scheme_label(labels: Labels, scheme: str) -> str:
    return CORE.find(labels.lang, f"codes.identity_scheme.{scheme}") or scheme
