"""
Rows about which a person has to decide: each waits in the quarantine of the intake, as if it had come by the channel `csv`.

What waits is a list of one line whose columns have our own names, so that it is read without what was said about the columns of
the file; times are whole, and numbers say whose they are. A row that was asked about before is the same question, and one that
was answered is settled.
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from io import StringIO

import attrs

from patron.core.access import Action, Scope
from patron.core.exchange.applier import Outcome
from patron.core.exchange.cells import shown
from patron.core.exchange.column import Column, Role
from patron.core.exchange.draft import Draft
from patron.core.exchange.enveloping import ASKED_BY, KEYS_OF, SheetReading, envelopes_of_sheet
from patron.core.exchange.mapping import ColumnMap
from patron.core.exchange.source import Cell
from patron.core.formulas import guard
from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.nouns.systems import MAIN, with_system
from patron.core.records.intake import Delivery
from patron.core.records.intake import Outcome as Taken
from patron.core.store import UnitOfWork, deliveries
from patron.core.store.keys import records_by

_OPEN = (Taken.QUARANTINED.value, Taken.REJECTED.value)


@attrs.frozen(kw_only=True)
class Questions:
    """
    The questions of one import.

    Attributes:
        file: what it is called.
        header: the columns of the file.
        column_map: what they mean.
        system: whose numbers it has, where that was said.
        zone: of times that name none, as the channel reads them.
    """

    file: str
    header: Sequence[str]
    column_map: ColumnMap
    system: str | None
    zone: str

    def put(self, work: UnitOfWork, drafts: Sequence[Draft], reasons: Sequence[Message], *, keep: bool) -> list[Outcome]:
        """
        Put rows into quarantine, and return what became of each: one that was answered before is unchanged.

        Args:
            work: the transaction.
            drafts: the rows.
            reasons: why, row by row.
            keep: False for a dry run.
        """
        asked = [self._delivery(work, draft) for draft in drafts]
        before = _receipts(work, [deliveries.digest_of(one) for one in asked])
        counted = _within_reach(work, [one.id for one in before.values()]) if keep else ()
        outcomes = []
        for delivery, reason in zip(asked, reasons, strict=True):
            receipt = before.get(deliveries.digest_of(delivery))
            settled = receipt is not None and receipt.outcome not in _OPEN
            outcomes.append(Outcome.UNCHANGED if settled else Outcome.ASK)
            if keep and receipt is None:
                self._keep(work, delivery, reason)
            elif receipt is not None and not settled and receipt.id in counted:
                work.update(receipt, repeats=receipt.repeats + 1, reason=reason)
        return outcomes

    def _keep(self, work: UnitOfWork, delivery: Delivery, reason: Message) -> None:
        number = deliveries.keep(work.connection, ASKED_BY, delivery, digest=deliveries.digest_of(delivery))
        if number is None:  # the same line twice in the file
            return
        deliveries.settle(work.connection, [number])
        (envelope,) = envelopes_of_sheet(
            delivery.body, delivery.name, SheetReading(zone=self.zone, keys_of=delivery.headers.get(KEYS_OF))
        )
        work.add(
            Receipt(
                connection=ASKED_BY,
                channel=ASKED_BY,
                outcome=Taken.QUARANTINED.value,
                reason=reason,
                received_at=delivery.received_at,
                delivery_id=number,
                key=envelope.key,
                native_key=envelope.native_id or None,
                at=envelope.at,
                kind=envelope.kind.value,
            )
        )

    def _delivery(self, work: UnitOfWork, draft: Draft) -> Delivery:
        cells = [
            (column.name, self._cell(column, draft, cell))
            for column, cell in (
                *((column, draft.cells[place]) for place, column in self.column_map.places),
                *self.column_map.constants,
            )
            if column.role is not Role.ROW
        ]
        if self.system is not None and not self.column_map.has("system"):
            cells.append(("system", self.system))
        known = {place for place, _ in self.column_map.places}
        unknown = set(self.column_map.unknown)
        cells += [
            (name, shown(draft.cells[place])) for place, name in enumerate(self.header) if place not in known and name in unknown
        ]
        text = StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([[name for name, _ in cells], [guard(cell) for _, cell in cells]])
        name = f"{self.file}:{draft.line}"
        system = with_system(draft.of("lead"), self.system).get("system") if draft.of("lead").get("source_key") else None
        return Delivery(
            body=text.getvalue().encode("utf-8", "replace"),
            received_at=work.now,
            connection=ASKED_BY,
            content_type="text/csv; charset=utf-8",
            headers={KEYS_OF: system} if system else {},
            name=name,
        )

    def _cell(self, column: Column, draft: Draft, cell: Cell) -> str:
        value = draft.of(column.part).get(column.field.name) if column.field is not None else None
        if isinstance(value, datetime):
            return value.isoformat()
        if column.name == "external_id" and self.system not in {None, MAIN}:
            return ";".join(one.value for one in draft.identities if one.scheme == "external")
        return shown(cell)


def may_ask(work: UnitOfWork) -> bool:
    """Say whether the actor may put something into quarantine."""
    return work.policy.scope(work.actor, Action.CREATE, "receipt") is not Scope.NONE


def _receipts(work: UnitOfWork, digests: Iterable[bytes]) -> dict[bytes, Receipt]:
    """Return the receipts of deliveries that came before, whoever may see them, by the digest of the bytes."""
    numbers = deliveries.numbers_of(work.connection, ASKED_BY, digests)
    receipts = records_by(work.connection, Receipt, work.vocabulary, "delivery_id", numbers.values())
    found = {one.delivery_id: one for one in receipts}
    return {digest: found[number] for digest, number in numbers.items() if number in found}


def _within_reach(work: UnitOfWork, numbers: Collection[int]) -> Collection[int]:
    """Return the receipts on which the actor may note that they came again; who may hand in need not be one who may look."""
    return work.within_reach(Action.READ, "receipt", numbers) & work.within_reach(Action.UPDATE, "receipt", numbers)
