"""
The tables: what was drawn to be listened to, what came of it, and the model calls. All hang on the call, which is an interaction:
who reaches that reaches them, and with it they go.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text, UniqueConstraint

from patron.core.store.plugin_tables import CORE_TABLES, IDENTIFIER, Day, Instant, Several, called, hangs_on, metadata
from patron.plugins.calls.words import WORDS

METADATA = metadata()

_CALL, _USER, _PRODUCT = (CORE_TABLES[noun].c.id for noun in ("interaction", "user", "product"))

SAMPLES = Table(
    "calls_samples",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reviewer_id", IDENTIFIER, ForeignKey(_USER, ondelete="SET NULL")),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("seed", BigInteger, nullable=False),
    info=called(WORDS),
    sqlite_autoincrement=True,
)
"""What was asked for: it draws the same calls again, as long as nobody else has drawn them."""

CHECKS = Table(
    "calls_checks",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("sample_id", IDENTIFIER, ForeignKey(SAMPLES.c.id, ondelete="CASCADE"), nullable=False, index=True),
    # No call is drawn twice, not by two managers at once either.
    Column("interaction_id", IDENTIFIER, ForeignKey(_CALL, ondelete="CASCADE"), nullable=False, unique=True),
    info=hangs_on("interaction") | called(WORDS),
    sqlite_autoincrement=True,
)
"""The calls that were drawn."""

REVIEWS = Table(
    "calls_reviews",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("interaction_id", IDENTIFIER, ForeignKey(_CALL, ondelete="CASCADE"), nullable=False),
    Column("reviewer_id", IDENTIFIER, ForeignKey(_USER, ondelete="SET NULL")),
    Column("at", Instant, nullable=False),
    Column("score", BigInteger, nullable=False),
    Column("note", Text),
    UniqueConstraint("interaction_id", "reviewer_id"),
    info=hangs_on("interaction") | called(WORDS),
    sqlite_autoincrement=True,
)
"""What somebody thought of a call."""

MODELS = Table(
    "calls_models",
    METADATA,
    Column("id", IDENTIFIER, primary_key=True),
    Column("interaction_id", IDENTIFIER, ForeignKey(_CALL, ondelete="CASCADE"), nullable=False, index=True),
    Column("product_id", IDENTIFIER, ForeignKey(_PRODUCT, ondelete="SET NULL")),
    Column("topics", Several, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("added_by_id", IDENTIFIER, ForeignKey(_USER, ondelete="SET NULL")),
    Column("withdrawn_at", Instant),
    Column("withdrawn_why", Text),
    info=hangs_on("interaction") | called(WORDS),
    sqlite_autoincrement=True,
)
"""Model calls. Where the recording is says the call alone, so that nothing outlives it."""
