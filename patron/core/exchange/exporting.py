"""
Exporting: records as rows of a file that people can read, and that an import takes for what it is: nothing new.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action
from patron.core.clock import checked_zone
from patron.core.crm.filters import parse_where
from patron.core.crm.further import besides, further_fields, named_further
from patron.core.crm.records import values_of
from patron.core.errors import UsageError
from patron.core.exchange.column import KINDS, OURS, PLACES, Column, Role, columns_of
from patron.core.exchange.mapping import fold_header, known_columns, label_of, names_of
from patron.core.exchange.sheet import Out, RowWriter
from patron.core.exchange.wording import Wording
from patron.core.names import listed, shorten
from patron.core.nouns import (
    NOUNS,
    Campaign,
    Customer,
    Field,
    Identity,
    IdentityLink,
    OrderLine,
    Team,
    User,
    value_of,
)
from patron.core.nouns.criterion import Condition, Criterion, Operator, among, equal
from patron.core.outreach import Addressing, Sieve, addressing, ask_of
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.beside import Beside

_PAGE = 500
_COUNTED = re.compile(r"0|[1-9][0-9]{0,8}")
"""The numbers of lines that come back as they were when they are written as numbers: `007` would not."""

_BEYOND = "beyond"
EVERYTHING = "all"
"""Asks for every column that there is."""

EXPORTED = ("leads", "customers", "interactions", "orders", "consents")
"""What can be exported."""


@attrs.frozen(kw_only=True)
class ExportCommand:
    """
    Export records.

    Attributes:
        kind: one of `EXPORTED`.
        where: which of them, a condition on the noun's fields; None for all that the actor may export.
        columns: which columns; empty for those of the noun and what identifies the customer, `all` for every one of a file. Of
            customers also what is known beyond their fields, such as scores.
        labels: whether headers and codes are in words of the reader's language, or names that stay the same.
        system: whose numbers of customers are meant.
        zone: of times; None for that of the settings.
        purpose: for what the customers are to be contacted; who may not be is left out.
        channel: by what means; both are named, or neither.
    """

    kind: str
    where: str | None = None
    columns: tuple[str, ...] = ()
    labels: bool = True
    system: str = "main"
    zone: str | None = None
    purpose: str | None = None
    channel: str | None = None


def export_records(session: Session, command: ExportCommand, writer: RowWriter) -> int:
    """
    Export records and return how many rows were written; nothing is written before everything that was asked for is understood.

    Raises:
        UsageError: the kind, a column or the zone is unknown.
        ExpressionError, FieldError: the condition is wrong.
        DeniedError: the actor may export none of these, or not read a column that was asked for.
    """
    if command.kind not in EXPORTED:
        raise UsageError("exchange.no_kind", kind=command.kind[:40], known=listed(EXPORTED))
    noun, vocabulary = KINDS[command.kind], session.records.vocabulary
    lang, zone = session.t.lang, ZoneInfo(checked_zone(command.zone or session.settings.timezone))
    with session.read() as reader:
        beyond = further_fields(session, reader, noun) if command.where or command.columns else {}
        columns = _chosen(noun, reader, command.columns, beyond)
        condition = parse_where(command.where, noun, values_of(session, reader), beyond) if command.where else None
        criteria = [condition] if condition else []
        used = {field.name for field in named_further(noun, criteria, (), beyond)}
        beside = besides(session, reader, used.union(column.name for column in columns if column.role is Role.BESIDE), noun)
        wording = Wording(vocabulary, lang if command.labels else None, zone)
        total = reader.count(NOUNS[noun], criteria, beside)
        ask = ask_of(session, channel=command.channel, purpose=command.purpose)
        allowed = addressing(session, reader, ask) if noun == "customer" else Addressing.plain(reader, ask)
        export = _Export(allowed, noun, columns, wording, command.system, beside)
        sieve = None if allowed.ask is None else Sieve(session, reader, allowed.ask)
        pages = export.pages(criteria, sieve)
        first = tuple(islice(pages, 1))  # asks for every right and every value that the others ask for
        writer.header([label_of(column, vocabulary, lang) if command.labels else column.name for column in columns])
        with session.reporter.progress(session.t("exchange.exporting"), total) as task:
            for records, rows in chain(first, pages):
                writer.rows(rows)
                task.advance(len(records))
    if sieve is not None:
        sieve.tell()
    return writer.count


def _is_hidden(reader: Reader, column: Column) -> bool:
    """Say whether a column has what the actor may not read: it is left out, and refused where it was asked for."""
    return column.field is not None and column.part in NOUNS and column.field.name in reader.concealed.hidden(column.part)


def _chosen(noun: str, reader: Reader, wanted: Sequence[str], beyond: Mapping[str, Field]) -> list[Column]:
    vocabulary = reader.vocabulary
    parts = {noun, "order_line", "customer"}
    every = {name: one for name, one in columns_of(noun, vocabulary).items() if name not in PLACES and one.part in parts}
    known = {name: column for name, column in every.items() if not _is_hidden(reader, column)}
    if tuple(wanted) == (EVERYTHING,):
        return list(known.values())
    if wanted:
        beside = {name: Column(field.name, Role.BESIDE, _BEYOND, field) for name, field in beyond.items()}
        exact = every | {name: column for name, column in beside.items() if name not in every}
        called = names_of(noun, exact, vocabulary)
        columns = [exact.get(name) or called.get(fold_header(name)) for name in wanted]
        for column in columns:
            if column is not None and _is_hidden(reader, column):
                reader.concealed.require(column.part, [column.field.name] if column.field else [])
        unknown = [name for name, column in zip(wanted, columns, strict=True) if column is None]
        if unknown:
            raise UsageError("exchange.no_field", column=shorten(unknown[0]), known=known_columns(known | beside, vocabulary))
        return [column for column in columns if column is not None]
    own = {noun, "order_line"} if noun == "order" else {noun}
    persons = {"name", "tel", "email", "external_id"}
    first = [column for column in known.values() if column.name == OURS]
    return first + [column for column in known.values() if column not in first and (column.part in own or column.name in persons)]


class _Export:
    """One export, within one state of the database."""

    def __init__(
        self,
        allowed: Addressing,
        noun: str,
        columns: Sequence[Column],
        wording: Wording,
        system: str,
        beside: Sequence[Beside],
    ) -> None:
        self._allowed = allowed
        self._reader = allowed.reader
        self._beside = beside
        self._noun = noun
        self._columns = columns
        self._wording = wording
        self._system = system
        self._names: dict[str, dict[int, str]] = {}

    def pages(self, criteria: Sequence[Condition], sieve: Sieve | None = None) -> Iterator[tuple[Sequence[Any], list[list[Out]]]]:
        """Return records and their rows, a page at a time, by id, but those that a sieve leaves out."""
        last = 0
        asked: dict[int, bool] = {}
        kind: type[Any] = NOUNS[self._noun]
        while True:
            behind = Criterion("id", Operator.MORE, last)
            found = self._reader.find_beside(kind, self._beside, [*criteria, behind], limit=_PAGE, action=Action.EXPORT)
            if not found:
                return
            records = [record for record, _ in found]
            last = records[-1].id
            kept = records if sieve is None else self._sifted(records, sieve, asked)
            yield records, list(self._rows(kept, {record.id: values for record, values in found}))

    def _sifted(self, records: Sequence[Any], sieve: Sieve, asked: dict[int, bool]) -> list[Any]:
        """Return the records of customers who may be contacted; each customer is *asked* about once."""
        new = dict.fromkeys(number for one in records if (number := self._customer_of(one)) not in asked)
        kept = sieve.kept(new)
        asked.update({number: number in kept for number in new})
        return [one for one in records if asked[self._customer_of(one)]]

    def _customer_of(self, record: Any) -> int:
        number: int = record.id if self._noun == "customer" else record.customer_id
        return number

    def _rows(self, records: Sequence[Any], values: Mapping[int, Mapping[str, object]]) -> Iterator[list[Out]]:
        customers, identities = self._persons(records)
        lines: dict[int, list[OrderLine]] = {}
        if self._noun == "order":
            ids = tuple(record.id for record in records)
            for line in self._reader.find(OrderLine, [among("order_id", ids)], action=Action.EXPORT):
                lines.setdefault(line.order_id, []).append(line)
        self._names["customer"] = self._organisations(list(customers.values())) | self._referrers(records)
        leads = {record.lead_id for record in records if getattr(record, "lead_id", None)}
        self._names["lead"] = {one: f"#{one}" for one in leads}
        for record in records:
            number = self._customer_of(record)
            parts: dict[str, Any] = {"customer": customers.get(number), self._noun: record, _BEYOND: values[record.id]}
            some: Sequence[OrderLine | None] = lines.get(record.id) or (None,)
            for one in some:
                yield [self._cell(column, parts | {"order_line": one}, identities.get(number, {})) for column in self._columns]

    def _persons(self, records: Sequence[Any]) -> tuple[dict[int, Customer], dict[int, dict[str, list[Identity]]]]:
        """Return the customers of records, as far as the actor may see them, and what identifies them by scheme."""
        if self._noun == "customer":
            customers = {record.id: record for record in records}
        else:
            ids = tuple({record.customer_id for record in records})
            customers = {one.id: one for one in self._reader.find(Customer, [among("id", ids)])}
        if not customers or not any(column.role is Role.IDENTITY for column in self._columns):
            return customers, {}
        links = self._reader.find(IdentityLink, [among("customer_id", tuple(customers))], order=["-preferred"])
        known = self._allowed.identities(tuple({link.identity_id for link in links}))
        found: dict[int, dict[str, list[Identity]]] = {}
        for link in links:
            if link.identity_id in known:
                one = known[link.identity_id]
                found.setdefault(link.customer_id, {}).setdefault(one.scheme, []).append(one)
        return customers, found

    def _cell(self, column: Column, parts: Mapping[str, Any], identities: Mapping[str, Sequence[Identity]]) -> Out:
        record = parts.get(column.part)
        if column.role is Role.IDENTITY:
            return self._wording.identities(column.target or "", identities, self._system)
        if record is None:
            return ""
        if column.role is Role.ROW:
            return Decimal(record.id)
        if column.role is Role.REFERENCE:
            return self._referred(column, record)
        if column.name == "line":
            return Decimal(record.key) if _COUNTED.fullmatch(record.key) else record.key
        assert column.field is not None  # noqa: S101  # columns of values have a field
        return self._wording.value(column.field, _value(record, column.field.name))

    def _referred(self, column: Column, record: Any) -> str:
        if column.target == "owner":
            user, team = getattr(record, "owner_user_id", None), getattr(record, "owner_team_id", None)
            return self._called("user", user) if user else self._called("team", team)
        assert column.field is not None  # noqa: S101  # columns of references have a field
        return self._called(column.target or "", getattr(record, column.field.name))

    def _called(self, noun: str, number: int | None) -> str:
        if number is None:
            return ""
        names = self._names.get(noun)
        if names is None:
            names = self._names[noun] = self._all_called(noun)
        return names.get(number, f"#{number}")

    def _all_called(self, noun: str) -> dict[int, str]:
        kinds: dict[str, tuple[type[Any], str]] = {
            "user": (User, "login"),
            "team": (Team, "code"),
            "campaign": (Campaign, "code"),
        }
        kind, key = kinds[noun]
        return {one.id: getattr(one, key) for one in self._reader.find(kind)}

    def _referrers(self, records: Sequence[Any]) -> dict[int, str]:
        """Return the names of the customers who recommended us, but for those that several have whom the actor may see."""
        ids = {number for one in records if (number := getattr(one, "referrer_id", None)) is not None}
        own = self._reader.find(Customer, [among("id", tuple(ids))]) if ids else ()
        alike = self._reader.find(Customer, [among("name", tuple({one.name for one in own}))]) if own else ()
        count = Counter(one.name for one in alike)
        return {one.id: one.name for one in own if count[one.name] == 1}

    def _organisations(self, records: Sequence[Any]) -> dict[int, str]:
        """Return what the organisations of records are called, but where several that the actor may see have that name."""
        ids = {one.organisation_id for one in records if getattr(one, "organisation_id", None)}
        own = self._reader.find(Customer, [among("id", tuple(ids))]) if ids else ()
        names = tuple({one.name for one in own})
        alike = self._reader.find(Customer, [equal("kind", "organisation"), among("name", names)]) if names else ()
        count = Counter(one.name for one in alike)
        return {one.id: one.name for one in own if count[one.name] == 1}


def _value(record: Any, name: str) -> Any:
    if isinstance(record, Mapping):
        return record[name]
    return value_of(record, name)
