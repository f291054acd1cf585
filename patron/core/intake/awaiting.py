"""
Details of leads that a provider still has to tell: awaited, until they come or the provider says that it has none.

What is given up says so on its receipt, for nobody asks again by itself; a person can have it asked for again.
"""

from collections.abc import Iterator, Sequence

from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.nouns.criterion import equal
from patron.core.store import UnitOfWork

_GONE = Message(key="intake.details_gone")


def end_waiting(work: UnitOfWork, connection: str, numbers: Sequence[str]) -> None:
    """Note that nothing more of leads is awaited, by the provider's numbers of them."""
    for receipt in _awaiting(work, connection, numbers):
        work.update(receipt, awaits=False)


def give_up(work: UnitOfWork, connection: str, numbers: Sequence[str]) -> tuple[Receipt, ...]:
    """Note that the provider has no details of leads, by its numbers of them; return the receipts that awaited them."""
    return tuple(
        work.update(receipt, awaits=False, reason=Message.joined([*_remarks(receipt), _GONE]))
        for receipt in _awaiting(work, connection, numbers)
    )


def is_given_up(receipt: Receipt) -> bool:
    """Return whether the provider said of the details that a receipt awaited that it has none."""
    return any(one.key == _GONE.key for one in _remarks(receipt))


def wait_again(work: UnitOfWork, receipt: Receipt) -> Receipt:
    """Let the provider be asked once more for the details of a receipt that was given up."""
    remarks = [one for one in _remarks(receipt) if one.key != _GONE.key]
    return work.update(receipt, awaits=True, reason=Message.joined(remarks))


def _awaiting(work: UnitOfWork, connection: str, numbers: Sequence[str]) -> Iterator[Receipt]:
    for number in numbers:
        yield from work.find(Receipt, (equal("connection", connection), equal("native_key", number), equal("awaits", value=True)))


def _remarks(receipt: Receipt) -> tuple[Message, ...]:
    return () if receipt.reason is None else receipt.reason.parts()
