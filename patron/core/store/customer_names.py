"""
What the customer of a record is called, read beside leads, contacts, tasks and whatever else belongs to a customer.
"""

from sqlalchemy import select

from patron.core.access import Action
from patron.core.nouns import NOUNS, Field, FieldKind, fields_of
from patron.core.store.beside import Beside
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES

CUSTOMER_NAME = "customer_name"
"""What the name of its customer is called beside the fields of a record."""

CUSTOMER_NAME_FIELD = Field(name=CUSTOMER_NAME, kind=FieldKind.TEXT)

OF_CUSTOMERS = frozenset(name for name, noun in NOUNS.items() if "customer_id" in fields_of(noun))
"""The nouns whose records belong to a customer."""


def customer_names_beside(reader: Reader, noun: str) -> Beside:
    """
    Return the customer's name beside the records of one of `OF_CUSTOMERS`; none of a customer whom the actor may not see.

    Raises:
        DeniedError: the actor may see no customers, or not what they are called.
    """
    reader.concealed.require("customer", ["name"])
    customers, about = TABLES["customer"], TABLES[noun]
    query = select(customers.c.name).where(customers.c.id == about.c.customer_id, reader.reach(Action.READ, "customer"))
    name = query.correlate(about).scalar_subquery()
    return Beside(fields={CUSTOMER_NAME: CUSTOMER_NAME_FIELD}, columns={CUSTOMER_NAME: name})
