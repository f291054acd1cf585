"""
The tables: one a noun, made from its fields, and those of the store itself.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Constraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from patron.core.nouns import NOUNS, Field, fields_of
from patron.core.store.kinds import IDENTIFIER, Digest, Instant, Said, column_type

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of the core."""

_PLURALS = {"batch": "batches", "identity": "identities", "spend": "spends"}


def table_name(noun: str) -> str:
    """Return the name of a noun's table: its plural, for `user` and `order` are words of SQL."""
    return _PLURALS.get(noun, f"{noun}s")


def _columns(noun: str) -> Iterator[Column[Any]]:
    yield Column("id", IDENTIFIER, primary_key=True)
    yield Column("version", BigInteger, nullable=False, server_default=text("1"))
    for name, field in fields_of(NOUNS[noun]).items():
        yield _column(name, field)


def _column(name: str, field: Field) -> Column[Any]:
    link = [ForeignKey(f"{table_name(field.target)}.id")] if field.target else []
    return Column(
        name, column_type(field), *link, nullable=not field.required, index=field.indexed or None, unique=field.unique or None
    )


def _key() -> tuple[Constraint, ...]:
    """Return what makes the system and its key of a record unique; one without a key needs no system."""
    return (
        CheckConstraint("source_key IS NULL OR system IS NOT NULL", name="keyed"),
        UniqueConstraint("system", "source_key"),
    )


_CONSTRAINTS: Mapping[str, tuple[Constraint | Index, ...]] = {
    "lead": (
        CheckConstraint("(owner_user_id IS NULL) <> (owner_team_id IS NULL)", name="one_owner"),
        *_key(),
    ),
    "identity": (UniqueConstraint("scheme", "value"),),
    "identity_link": (UniqueConstraint("identity_id", "customer_id"),),
    "order": (UniqueConstraint("system", "number"),),
    "order_line": (UniqueConstraint("order_id", "key"),),
    "interaction": _key(),
    "receipt": (
        UniqueConstraint("connection", "key"),
        UniqueConstraint("delivery_id", "place"),
        Index(
            "ix_receipts_thread",
            "connection",
            "thread",
            sqlite_where=text("thread IS NOT NULL"),
            postgresql_where=text("thread IS NOT NULL"),
        ),
    ),
}

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        noun: Table(table_name(noun), METADATA, *_columns(noun), *_CONSTRAINTS.get(noun, ()), sqlite_autoincrement=True)
        for noun in NOUNS
    }
)
"""Noun → table."""

CHANGES = Table(
    "changes",
    METADATA,
    Column("sequence", IDENTIFIER, primary_key=True, autoincrement=False),
    Column("noun", String(64), nullable=False),
    Column("subject_id", IDENTIFIER, nullable=False),
    Column("field", String(200), nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor_id", IDENTIFIER),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_name", String(64)),
    Column("cause", String(64), nullable=False),
    Column("reason", Text),
    Column("batch_id", IDENTIFIER, index=True),
    Column("salt", Digest(16)),
    Column("commitment", Digest(32), nullable=False),
    Column("digest", Digest(32), nullable=False),
    Index("ix_changes_subject", "noun", "subject_id", "field", "effective_at"),
)
"""The history. `commitment` is a salted digest of old and new, so that an erasure of the values leaves the chain whole."""

HEAD = Table(
    "change_head",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", Digest(32), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
"""One row, the end of the chain: whoever appends holds it, so that the chain never forks."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("connection", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("digest", Digest(32), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("connection", "digest"),
    Index("ix_deliveries_waiting", "id", sqlite_where=text("waits"), postgresql_where=text("waits")),
)
"""
What reached us, byte by byte without secrets; `about` is the rest of it as JSON, `waits` whether it is still to be read,
`attempts` how often that failed.
"""

CURSORS = Table(
    "intake_cursors",
    METADATA,
    Column("connection", String(64), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("polled_at", Instant),
    Column("failed_at", Instant),
    Column("problem", Said),
)
"""How far each connection has come that asks its provider, when it last came to its end, and what kept it from that since."""

PULSE = Table(
    "pulse",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)
"""One row: when it was last tried whether a row can be written."""

ROTATIONS = Table(
    "rotations",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("queue", Text, nullable=False),
)
"""Whose turn is next in each rotation, as JSON; whoever assigns holds the rows until the commit."""

ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("event", String(16), nullable=False),
    Column("lead_id", IDENTIFIER, index=True),
    Column("rule", String(64)),
    Column("rotation", String(64)),
    Column("user_id", IDENTIFIER),
    Column("team_id", IDENTIFIER),
    Column("reason", Text),
    Column("told", Text, nullable=False),
    Column("actor_id", IDENTIFIER),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_name", String(64)),
    Index("ix_assignments_turn", "rotation", "user_id", "at"),
    Index(
        "ix_assignments_announced",
        "lead_id",
        sqlite_where=text("event = 'announced'"),
        postgresql_where=text("event = 'announced'"),
    ),
    sqlite_autoincrement=True,
)
"""How leads were assigned, and what happened in the rotations; `told` is what decided as JSON, nothing is ever changed."""
DISTINCTIONS = Table(
    "distinctions",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("one_id", IDENTIFIER, ForeignKey("customers.id"), nullable=False),
    Column("other_id", IDENTIFIER, ForeignKey("customers.id"), nullable=False, index=True),
    Column("user_id", IDENTIFIER, ForeignKey("users.id")),
    Column("decided_at", Instant, nullable=False),
    Column("reason", Text),
    UniqueConstraint("one_id", "other_id"),
    sqlite_autoincrement=True,
)
"""Pairs of customers of whom somebody decided that they are not one."""

SCORE_RUNS = Table(
    "score_runs",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("model", String(64), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("customers", BigInteger, nullable=False),
    Column("columns", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("user_id", IDENTIFIER, ForeignKey("users.id")),
    Column("started_at", Instant, nullable=False),
    Column("published_at", Instant),
)
"""Score runs. The scores of run N are in a table `scores_N`, which comes and goes with it; `facts` is the run as JSON."""

SCORE_POINTERS = Table(
    "score_pointers",
    METADATA,
    Column("model", String(64), primary_key=True),
    Column("run_id", IDENTIFIER, ForeignKey("score_runs.id"), nullable=False),
)
"""Model → the run that readers see; publishing a run is the update of one row."""
