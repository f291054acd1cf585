"""
How records are printed: as tables in the reader's words, or as JSON and CSV with names and codes as programs want them.
"""

import csv
import io
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import click

from patron.cli.tables import WIDEST, print_table
from patron.cli.wording import WORDS
from patron.core.crm import Page
from patron.core.formulas import guard
from patron.core.i18n import CORE, Translator
from patron.core.message import Message
from patron.core.nouns import Change, Field, FieldKind, Labels, fields_of, noun_of
from patron.core.nouns.lists import join_list
from patron.core.session import Session
from patron.core.store.kinds import to_json

_RIGHT = (FieldKind.INTEGER, FieldKind.MONEY, FieldKind.QUANTITY)
_NAMES = Mapping[tuple[str, int], str]


class Printer:
    """
    Prints what a session found.

    Args:
        session: says language, zone and vocabulary.
        style: `text`, `json` or `csv`.
    """

    def __init__(self, session: Session, style: str) -> None:
        self.t: Translator = session.t.within(WORDS)
        self.style = style
        self.labels = Labels(session.records.vocabulary, session.t.lang)
        self.zone = ZoneInfo(session.settings.timezone)
        self._session = session

    def page(self, page: Page, columns: Sequence[str]) -> None:
        """Print a page of records; as text only *columns* of them."""
        if self.style == "json":
            print_json([self.plain(record) | _json_beyond(page, record.id) for record in page.records])
        elif self.style == "csv":
            fields = self.labels.vocabulary.fields(page.noun)
            head = ["id", "version", *fields, *(field.name for field in page.further)]
            print_csv(head, [self._raw(record) | dict(page.values.get(record.id, {})) for record in page.records])
        else:
            self.table(page.noun, page.records, columns, page.names, page.further, page.values)
            if len(page.records) < page.total:
                self._session.reporter.notice(self.t("records.more", shown=len(page.records), total=f"{page.total:,}"))

    def table(
        self,
        noun: str,
        records: Sequence[Any],
        columns: Sequence[str],
        names: _NAMES,
        further: Sequence[Field] = (),
        values: Mapping[int, Mapping[str, object]] = MappingProxyType({}),
    ) -> None:
        """Print a table of records; *further* stands beside them with *values* by id."""
        fields = self.labels.vocabulary.fields(noun)
        kinds = [FieldKind.INTEGER, *(fields[name].kind for name in columns), *(field.kind for field in further)]
        head = [*(self.labels.field(noun, name) for name in ("id", *columns)), *(self.called(field) for field in further)]
        rows = [
            [
                str(one.id),
                *(self.cell(fields[name], one, names) for name in columns),
                *(self.value(field, values[one.id][field.name], names) for field in further),
            ]
            for one in records
        ]
        print_table([head, *rows], right={place for place, kind in enumerate(kinds) if kind in _RIGHT}, widest=WIDEST)

    def called(self, field: Field) -> str:
        """Return what a value beside the fields of a record is called."""
        return field.words.get(self.t.lang, field.name)

    def record(self, record: Any, names: _NAMES, **more: Any) -> None:
        """Print everything that one record has; *more* is told beside it where the style is no text."""
        if self.style == "json":
            print_json(self.plain(record) | {name: plain_all(value) for name, value in more.items()})
            return
        noun = noun_of(record)
        fields = self.labels.vocabulary.fields(noun)
        if self.style == "csv":
            print_csv(["id", "version", *fields], [self._raw(record)])
            return
        cells = {name: self.cell(field, record, names) for name, field in fields.items()}
        rows = [(self.labels.field(noun, name), cell) for name, cell in cells.items() if cell]
        click.echo(self.heading(record))
        print_table(rows)

    def plain(self, record: Any) -> dict[str, Any]:
        """Return a record as JSON can hold it, its messages with the words of whoever reads them."""
        said = {
            name: value.to_json() | {"words": self._session.said(value)}
            for name, value in raw(record).items()
            if isinstance(value, Message)
        }
        return plain(record) | said

    def _raw(self, record: Any) -> dict[str, Any]:
        return {name: self._session.said(value) if isinstance(value, Message) else value for name, value in raw(record).items()}

    def heading(self, record: Any) -> str:
        """Return what a record is called: its noun and its id."""
        return f"{self.labels.noun(noun_of(record))} {record.id}"

    def section(self, title: str, records: Sequence[Any], columns: Sequence[str], names: _NAMES) -> None:
        """Print records that belong to the one before, if there are any."""
        if records:
            click.echo(f"\n{title}")
            self.table(noun_of(records[0]), records, columns, names)

    def changes(self, noun: str, changes: Sequence[Change], names: _NAMES) -> None:
        """Print the history of a record."""
        if self.style != "text":
            self._raw_changes(changes)
            return
        head = [self.t(f"records.change_{name}") for name in ("effective", "recorded", "field", "old", "new", "actor", "why")]
        rows = [head]
        fields = self.labels.vocabulary.fields(noun)
        for change in changes:
            field = fields.get(change.field) or Field(name=change.field, kind=FieldKind.TEXT)
            values = [self.value(field, value, names) or "–" for value in (change.old, change.new)]
            times = [self.moment(change.effective_at), self.moment(change.recorded_at)]
            rows.append(
                [
                    *times,
                    self.labels.field(noun, change.field),
                    *values,
                    self.maker(change, names),
                    change.reason or self.cause(change.cause),
                ]
            )
        print_table(rows, widest=WIDEST)

    def all_changes(self, changes: Sequence[Change], names: _NAMES) -> None:
        """Print who changed which field of which record, and no values."""
        if self.style != "text":
            self._raw_changes(changes)
            return
        head = [self.t(f"records.change_{name}") for name in ("recorded", "record", "field", "actor", "why")]
        rows = [
            [
                self.moment(one.recorded_at),
                f"{self.labels.noun(one.noun)} {one.subject_id}",
                self.labels.field(one.noun, one.field),
                self.maker(one, names),
                one.reason or one.cause,
            ]
            for one in changes
        ]
        print_table([head, *rows], widest=WIDEST)

    def maker(self, change: Change, names: _NAMES) -> str:
        """Return who made a change: a user by name, a channel or a job of Patron's own by what it is."""
        if change.actor_id is not None:
            return names.get(("user", change.actor_id), f"#{change.actor_id}")
        return self.t(f"records.actor_{change.actor_kind}", name=change.actor_name or "–")

    def _raw_changes(self, changes: Sequence[Change]) -> None:
        if self.style == "json":
            print_json([plain_all(change) for change in changes])
        else:
            rows = [{one.name: getattr(change, one.name) for one in attrs.fields(Change)} for change in changes]
            print_csv([one.name for one in attrs.fields(Change)], rows)

    def cause(self, cause: str) -> str:
        """Return what brought a change about, as people read it; a plugin's own cause is as it calls it."""
        return CORE.find(self.t.lang, f"cause.{cause}") or cause

    def moment(self, at: datetime) -> str:
        """Return a time as people read it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def cell(self, field: Field, record: Any, names: _NAMES) -> str:
        """Return one value of a record as people read it."""
        own = field.name in fields_of(type(record))
        return self.value(field, getattr(record, field.name) if own else record.ext.get(field.name), names)

    def value(self, field: Field, value: Any, names: _NAMES) -> str:
        """Return a value as people read it; a reference by the name and the id of what it refers to."""
        if isinstance(value, float):
            return f"{value:.4f}"
        if isinstance(value, Message):
            return self._session.said(value)
        if field.kind is not FieldKind.REFERENCE or value is None:
            return self.labels.value(field, value, self.zone)
        name = names.get((field.target or "", value))
        return f"#{value}" if name is None else f"{name} #{value}"

    def done(self, key: str, record: Any, **details: object) -> None:
        """Say that something was done to a record; as JSON the record says it."""
        if self.style == "text":
            click.echo(self.t(f"records.{key}", what=self.heading(record), **details))
        else:
            self.record(record, {})


def _json_beyond(page: Page, number: int) -> dict[str, Any]:
    return {name: to_json(value) for name, value in page.values.get(number, {}).items()}


def raw(record: Any) -> dict[str, Any]:
    """Return the values of a record by field, its extension fields beside the others."""
    values = {name: getattr(record, name) for name in ("id", "version", *fields_of(type(record))) if name != "ext"}
    return values | dict(getattr(record, "ext", {}))


def plain(record: Any) -> dict[str, Any]:
    """Return a record as JSON can hold it."""
    return {name: to_json(value) for name, value in raw(record).items()}


def plain_all(value: Any) -> Any:
    """Return records, and whatever holds them, as JSON can hold them."""
    if attrs.has(type(value)):
        if "version" in type(value).__annotations__:
            return plain(value)
        return {one.name: plain_all(getattr(value, one.name)) for one in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain_all(one) for key, one in value.items()}
    return [plain_all(one) for one in value] if isinstance(value, tuple | list) else to_json(value)


def print_rows(
    style: str, titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Collection[int] = ()
) -> None:
    """
    Print rows that are no records.

    Args:
        style: `text`, `json` or `csv`.
        titles: the heads of the columns, for people.
        names: the same, for programs.
        rows: the cells; lists are joined by commas for people.
        right: the places of columns that are set to the right.
    """
    if style == "json":
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    elif style == "csv":
        lists = [[tuple(cell) if isinstance(cell, list) else cell for cell in row] for row in rows]
        print_csv(names, [dict(zip(names, row, strict=True)) for row in lists])
    else:
        texts = [[", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row] for row in rows]
        print_table([titles, *texts], right=right)


def print_json(value: Any) -> None:
    """Print what JSON can hold."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_csv(head: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as CSV, guarded against formulas."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_in_csv(row.get(name)) for name in head] for row in rows)
    click.echo(page.getvalue(), nl=False)


def _in_csv(value: Any) -> str:
    if isinstance(value, tuple):
        return guard(join_list(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    # Numbers begin with a sign and are no formulas.
    return guard(value) if isinstance(value, str) else "" if value is None else str(to_json(value))
