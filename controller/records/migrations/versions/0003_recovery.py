"""Units that are ahead of the desk, hours and data of each unit, the bank of phrases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "set_back",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("noticed_at", _INSTANT, nullable=False),
        sa.Column("our_version", sa.BigInteger(), nullable=True),
        sa.Column("unit_version", sa.BigInteger(), nullable=True),
        sa.Column("unit_epoch", sa.BigInteger(), nullable=True),
        sa.Column("unit_serial", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.LargeBinary(), nullable=True),
        sa.Column("held_version", sa.BigInteger(), nullable=True),
        sa.Column("held_at", _INSTANT, nullable=True),
        sa.Column("resolved_at", _INSTANT, nullable=True),
        sa.Column("choice", sa.String(length=16), nullable=True),
        sa.Column("chosen_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("commune", "unit", name=op.f("pk_set_back")),
    )
    op.create_table(
        "carried",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("broadcast", sa.String(length=64), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("adopted_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["commune", "broadcast"],
            ["broadcast.commune", "broadcast.id"],
            name=op.f("fk_carried_commune_broadcast"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune", "broadcast", name=op.f("pk_carried")),
    )
    op.create_index(op.f("ix_carried_bulletin"), "carried", ["bulletin"], unique=False)
    op.create_table(
        "unit_settings",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("download_hours", sa.JSON(), nullable=False),
        sa.Column("month_bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commune", "unit"],
            ["unit.commune", "unit.id"],
            name=op.f("fk_unit_settings_commune_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune", "unit", name=op.f("pk_unit_settings")),
    )
    op.create_table(
        "phrase",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=True),
        sa.Column("engine", sa.String(length=40), nullable=True),
        sa.Column("rendered_at", _INSTANT, nullable=True),
        sa.Column("failed_at", _INSTANT, nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("commune", "id", "language", name=op.f("pk_phrase")),
    )
    op.add_column("programme", sa.Column("epoch", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("programme", sa.Column("held_until", _INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("programme", "held_until")
    op.drop_column("programme", "epoch")
    for table in ("phrase", "unit_settings", "carried", "set_back"):
        op.drop_table(table)
