"""
When somebody last spoke with a customer, read out of the interactions that the actor may see.
"""

from sqlalchemy import func, select

from patron.core.access import Action
from patron.core.nouns import Field, FieldKind
from patron.core.store.beside import Beside
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES

LAST_CONTACT = "last_contact_at"
"""What the time of the last contact in which something was said is called beside the fields of customers and leads."""

LAST_CONTACT_FIELD = Field(name=LAST_CONTACT, kind=FieldKind.INSTANT)


_KEYS = {"customer": "id", "lead": "customer_id"}
"""Noun → the column that says which customer a record is about."""


def contacts_beside(reader: Reader, noun: str = "customer") -> Beside:
    """
    Return the last contact with the customer beside the records of a noun: customers, or leads.

    Raises:
        DeniedError: the actor may see no interactions.
    """
    # Counted from each customer's own few interactions: adding up those of all costs as much for one customer as for all.
    table, about = TABLES["interaction"], TABLES[noun]
    query = select(func.max(table.c.at)).where(
        table.c.customer_id == about.c[_KEYS[noun]], table.c.effective, reader.reach(Action.READ, "interaction")
    )
    last = query.correlate(about).scalar_subquery()
    return Beside(fields={LAST_CONTACT: LAST_CONTACT_FIELD}, columns={LAST_CONTACT: last})
