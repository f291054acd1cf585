"""
Orders from files, a row a line.

This is the kind of file that comes by the million: customers, orders and products are looked up a chunk at a time, and new lines
go into the database without becoming records first.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.errors import PatronError
from patron.core.exchange.applier import Applier, Noticed, Outcome, Setting, require, take_each, verdict
from patron.core.exchange.draft import Draft
from patron.core.exchange.interactions import leads_called
from patron.core.exchange.lines import complete_line, content_of
from patron.core.exchange.moments import is_vaguer
from patron.core.exchange.noting import Noted
from patron.core.exchange.persons import Person, Persons
from patron.core.exchange.references import References
from patron.core.exchange.writing import add_all, change_all
from patron.core.nouns import FieldError, Order, OrderLine
from patron.core.nouns.contents import Occurrences
from patron.core.nouns.systems import MAIN
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import first_times, records_by, rows_by
from patron.core.store.rows import assembled

_COMPARED = (
    *("at", "product_id", "product_code", "quantity", "list_price", "discount", "amount", "cost", "currency"),
    *("original_amount", "rate"),
)
_LINE = ("id", "order_id", "key", "batch_id", *_COMPARED)


@attrs.define(eq=False, kw_only=True)
class _Plan(Noted):
    """
    An order of the chunk.

    Attributes:
        person: whose it is.
        lines: its lines by key.
        first: the first time in its rows.
        placed: the first of those in rows that tell the time of the line apart.
        moved: whether a line got another time.
    """

    person: Person
    lines: dict[str, "_Line"] = attrs.field(factory=dict)
    first: Any = None
    placed: Any = None
    moved: bool = False


@attrs.define(eq=False, kw_only=True)
class _Line:
    """A line of the chunk: stored already, or new."""

    row: Any = None
    values: dict[str, Any] = attrs.field(factory=dict)
    news: bool = False


class OrderApplier(Applier):
    """
    Brings in orders.

    An order is known by its system and number, a line by its number within the order; without one by its content and by how often
    this has come up in the order, for real files have equal lines that are all meant.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._occurrences = Occurrences()
        self._rounded = 0

    def prepare(self, draft: Draft) -> None:
        """Complete the line, and give one without a number a key of its content."""
        require(draft, "order", ("number", "ordered_at"))
        if draft.problems:
            return
        try:
            draft.key = self._key(draft)
        except FieldError as error:
            draft.refuse(error)

    def _key(self, draft: Draft) -> str:
        order, line = draft.of("order"), draft.values.setdefault("order_line", {})
        if not line:
            return ""
        self._rounded += complete_line(line, self._setting.currency)
        if "line" in line:
            return str(line["line"])
        at = line.get("at", order["ordered_at"])
        content = f"{order.get('system', '')}\x1f{order['number']}\x1f{content_of(line, at)}".encode()
        digest = hashlib.blake2b(content, digest_size=12).hexdigest()
        return f"{digest}-{self._occurrences.count(content)}"

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        chunk = _Chunk(work, drafts, self._setting)
        outcomes = take_each(drafts, chunk.take)
        chunk.store()
        return outcomes

    def noticed(self) -> Noticed:
        """Return how many amounts had more places than money keeps; see `Applier`."""
        return Noticed(rounded=self._rounded)


class _Chunk:
    """The orders of one chunk."""

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], setting: Setting) -> None:
        self._work = work
        self._system = setting.system or MAIN
        self._references = References(work)
        self._leads = leads_called(work, drafts, setting.system)
        self._persons = Persons(work, drafts, setting.zone)
        self._found: dict[tuple[object, ...], Person | None] = {}
        self._plans: dict[tuple[str, str], _Plan] = {}
        self._seen: set[int] = set()
        codes = {code for draft in drafts if (code := draft.values["order_line"].get("product_code"))}
        self._products = self._references.products(codes)
        self._keep_orders(drafts)

    def take(self, draft: Draft) -> Outcome:
        """
        Note what a row says.

        Raises:
            PatronError: the row can't be imported.
        """
        values = draft.values["order"]
        at = values["ordered_at"]
        key = (values.get("system", self._system), values["number"])
        said = self._order_values(draft) if len(values) > 2 or draft.references else {}
        plan, person = self._plans.get(key), self._person(draft)
        if plan is not None:
            plan.require_seen(self._seen)
        if not draft.values["order_line"] and (plan is None or plan.record is None or plan.lines):
            raise FieldError("exchange.no_amount", field="amount")
        if plan is None:
            plan = self._begin(key, person or self._new_person(draft))
        elif person not in {None, self._persons.require(plan.person)}:
            raise PatronError("exchange.order_of_other", number=key[1], name=plan.person.name)
        news = plan.take(said)
        if not draft.values["order_line"]:  # an order that is there, and has no lines
            return verdict(created=False, changed=plan.take({"ordered_at": at}) or news)
        line = self._line(plan, draft)
        created = line is None
        news = self._take_line(plan, draft, line, at) or news
        if plan.first is None or at < plan.first:
            plan.first = at
        if "at" in draft.values["order_line"]:
            plan.placed = at if plan.placed is None else min(at, plan.placed)
            placed = at if plan.record is None else plan.record.ordered_at
            news = news or not (at == placed or is_vaguer(at, placed))
        return verdict(created=created, changed=news)

    def store(self) -> None:
        """Store what was noted: customers, orders, lines."""
        for plan in self._plans.values():
            if plan.first is not None and (plan.record is None or plan.first < plan.record.ordered_at):
                self._persons.bought(plan.person, plan.first)
        self._persons.store_new()
        self._persons.store_changes()
        new = [plan for plan in self._plans.values() if plan.record is None]
        orders = [assembled(Order, plan.values | {"customer_id": plan.person.id, "ordered_at": plan.first}) for plan in new]
        for plan, order in zip(new, add_all(self._work, orders), strict=True):
            plan.record, plan.values = order, {}
        self._add_lines()
        self._change_lines()
        self._change_orders(new)

    def _add_lines(self) -> None:
        rows = []
        for plan in self._plans.values():
            for line in plan.lines.values():
                if line.row is None:
                    line.values["order_id"], line.values["customer_id"] = plan.record.id, plan.record.customer_id
                    rows.append(line.values)
        self._work.add_rows(OrderLine, rows)

    def _change_lines(self) -> None:
        changed = {line.row.id: line for plan in self._plans.values() for line in plan.lines.values() if line.row and line.news}
        edits = []
        for record in records_by(self._work.connection, OrderLine, self._work.vocabulary, "id", changed):
            values = {name: value for name, value in changed[record.id].values.items() if name != "key" and value is not None}
            edits.append(Edit(record, values))
        change_all(self._work, edits)

    def _change_orders(self, new: Sequence[_Plan]) -> None:
        made = set(map(id, new))
        known = [plan for plan in self._plans.values() if id(plan) not in made]
        # A row that tells the time of its line says with the other one when the order was placed; else that is its first line.
        silent = [plan for plan in known if plan.placed is None]
        moved = [plan for plan in silent if plan.moved or (plan.first is not None and plan.first < plan.record.ordered_at)]
        times = first_times(self._work.connection, {plan.record.id for plan in moved}) if moved else {}
        for plan in known:
            if plan.placed is not None:
                plan.take({"ordered_at": plan.placed})
            elif plan.record.id in times:
                plan.take({"ordered_at": times[plan.record.id]})
        change_all(self._work, [Edit(plan.record, plan.values) for plan in known if plan.values])

    def _begin(self, key: tuple[str, str], person: Person) -> _Plan:
        plan = self._plans[key] = _Plan(person=person, values={"system": key[0], "number": key[1]})
        return plan

    def _person(self, draft: Draft) -> Person | None:
        if not draft.identities:
            return None
        said = (*map(id, draft.identities), draft.of("customer").get("name"))
        if said not in self._found:
            self._found[said] = self._persons.find(draft)
            if self._found[said] is not None:
                self._persons.give(self._found[said], draft)  # type: ignore[arg-type]  # it is there
        return self._found[said]

    def _new_person(self, draft: Draft) -> Person:
        if not draft.identities:
            raise PatronError("exchange.no_customer_of_order")
        said = (*map(id, draft.identities), draft.of("customer").get("name"))
        person = self._found[said] = self._persons.add(draft)
        self._persons.give(person, draft)
        return person

    def _order_values(self, draft: Draft) -> dict[str, Any]:
        values = {name: value for name, value in draft.values["order"].items() if name != "ordered_at"}
        values |= {"system": values.get("system", self._system)}
        values |= self._references.of(draft, "user")
        if "lead" in draft.references:
            leads = self._leads.get(draft.references["lead"], [])
            if len(leads) != 1:
                raise FieldError("exchange.nobody_called", field="lead", noun="lead", got=draft.references["lead"][:60])
            values["lead_id"] = leads[0].id
        return values

    def _line(self, plan: _Plan, draft: Draft) -> _Line | None:
        if draft.origin is not None and "line" not in draft.values["order_line"]:
            # A mended row comes behind the equal ones of the file from which it was refused.
            digest, _, occurrence = draft.key.rpartition("-")
            batch = draft.origin[0]
            before = sum(
                1 for line in plan.lines.values() if line.row and line.row.batch_id == batch and line.row.key.startswith(digest)
            )
            draft.key = f"{digest}-{before + int(occurrence)}"
        return plan.lines.get(draft.key)

    def _take_line(self, plan: _Plan, draft: Draft, line: _Line | None, at: datetime) -> bool:
        values = dict(draft.values["order_line"])
        values.pop("line", None)
        values.setdefault("at", at)
        values["key"] = draft.key
        values["product_id"] = self._products.get(values.get("product_code", ""))
        if line is None:
            plan.lines[draft.key] = _Line(values=values)
            return True
        before = {name: line.values.get(name, getattr(line.row, name, None)) for name in _COMPARED}
        news = {
            name
            for name, value in values.items()
            if value is not None and name in before and value != before[name] and not is_vaguer(value, before[name])
        }
        line.values |= {name: values[name] for name in news}
        line.news = line.news or bool(news)
        plan.moved = plan.moved or "at" in news
        return bool(news)

    def _keep_orders(self, drafts: Sequence[Draft]) -> None:
        """Read the orders that the rows mean, and their lines."""
        numbers: dict[str, set[str]] = {}
        for draft in drafts:
            values = draft.values["order"]
            numbers.setdefault(values.get("system", self._system), set()).add(values["number"])
        plans: dict[int, _Plan] = {}
        for system, some in numbers.items():
            for order in records_by(self._work.connection, Order, self._work.vocabulary, "number", some, system=system):
                plan = _Plan(person=self._persons.with_id(order.customer_id), record=order)
                self._plans[system, order.number] = plans[order.id] = plan
        self._seen = self._work.within_reach(Action.READ, "order", plans)
        if plans:
            for row in rows_by(self._work.connection, "order_line", _LINE, "order_id", plans):
                plans[row.order_id].lines[row.key] = _Line(row=row)
