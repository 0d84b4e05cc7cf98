"""Delegations by a root key, revoked units, and receipts that were lost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commune", "serial", name=op.f("pk_delegation")),
    )
    op.create_table(
        "receipt_gap",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("journal", sa.String(length=64), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "unit", "journal", "first", name=op.f("pk_receipt_gap")),
    )
    op.add_column("unit", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("journal", sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("journal", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("journal", "asked_at")
    op.drop_column("journal", "asked")
    op.drop_column("unit", "revoked_at")
    op.drop_table("receipt_gap")
    op.drop_table("delegation")
