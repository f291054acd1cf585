"""Checks, reviews and models of calls."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
requires_core = "0001"


def upgrade() -> None:
    """Make the tables."""
    identifier = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "calls_samples",
        sa.Column("id", identifier, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", identifier),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name="fk_calls_samples_reviewer_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_calls_samples"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calls_checks",
        sa.Column("id", identifier, primary_key=True),
        sa.Column("sample_id", identifier, nullable=False),
        sa.Column("interaction_id", identifier, nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["calls_samples.id"], name="fk_calls_checks_sample_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name="fk_calls_checks_interaction_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calls_checks"),
        sa.UniqueConstraint("interaction_id", name="uq_calls_checks_interaction_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_checks_sample_id", "calls_checks", ["sample_id"])
    op.create_table(
        "calls_reviews",
        sa.Column("id", identifier, primary_key=True),
        sa.Column("interaction_id", identifier, nullable=False),
        sa.Column("reviewer_id", identifier),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name="fk_calls_reviews_interaction_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name="fk_calls_reviews_reviewer_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_calls_reviews"),
        sa.UniqueConstraint("interaction_id", "reviewer_id", name="uq_calls_reviews_interaction_id_reviewer_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calls_models",
        sa.Column("id", identifier, primary_key=True),
        sa.Column("interaction_id", identifier, nullable=False),
        sa.Column("product_id", identifier),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("added_by_id", identifier),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("withdrawn_why", sa.Text()),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name="fk_calls_models_interaction_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_calls_models_product_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_calls_models_added_by_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_calls_models"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_models_interaction_id", "calls_models", ["interaction_id"])
