"""The tables of the desk as first released."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=True),
        sa.Column("broadcast", sa.String(length=64), nullable=True),
        sa.Column("bulletin", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_open", "alarm", ["commune", "cleared_at"], unique=False)
    op.create_table(
        "bulletin",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_bulletin")),
    )
    op.create_index("ix_bulletin_press", "bulletin", ["commune", "press"], unique=True)
    op.create_table(
        "clip",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("loudness_lufs", sa.Double(), nullable=False),
        sa.Column("true_peak_dbtp", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "hash", name=op.f("pk_clip")),
    )
    op.create_table(
        "commune",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("commune", name=op.f("pk_commune")),
    )
    op.create_table(
        "draft",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "user", name=op.f("pk_draft")),
    )
    op.create_table(
        "journal",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("journal", sa.String(length=64), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("commune", "unit", "journal", name=op.f("pk_journal")),
    )
    op.create_table(
        "order_sent",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("broadcast", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("answered", sa.JSON(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_order_sent")),
    )
    op.create_index("ix_order_sent_not_after", "order_sent", ["commune", "not_after"], unique=False)
    op.create_table(
        "programme",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_version", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("commune", "unit", name=op.f("pk_programme")),
    )
    op.create_table(
        "receipt",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("journal", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("broadcast", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("commune", "unit", "journal", "number", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_broadcast", "receipt", ["commune", "broadcast"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "subject", name=op.f("pk_sign_in_failure")),
    )
    op.create_table(
        "unit",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("broker_hash", sa.String(length=200), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_unit")),
    )
    op.create_index("ix_unit_public_key", "unit", ["commune", "public_key"], unique=True)
    op.create_table(
        "unit_state",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("boots", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("commune", "unit", name=op.f("pk_unit_state")),
    )
    op.create_table(
        "user_account",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("shown_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_user_account")),
    )
    op.create_index("ix_user_account_name", "user_account", ["commune", "name"], unique=True)
    op.create_table(
        "village",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_village")),
    )
    op.create_table(
        "broadcast",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("schedule", sa.String(length=64), nullable=True),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("class", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("immediate", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("press", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["commune", "bulletin"], ["bulletin.commune", "bulletin.id"], name=op.f("fk_broadcast_commune_bulletin")
        ),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_broadcast")),
    )
    op.create_index("ix_broadcast_occurrence", "broadcast", ["commune", "schedule", "start"], unique=True)
    op.create_index("ix_broadcast_press", "broadcast", ["commune", "press"], unique=True)
    op.create_index("ix_broadcast_start", "broadcast", ["commune", "start"], unique=False)
    op.create_table(
        "coverage",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("village", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune", "unit"], ["unit.commune", "unit.id"], name=op.f("fk_coverage_commune_unit"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["commune", "village"],
            ["village.commune", "village.id"],
            name=op.f("fk_coverage_commune_village"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune", "unit", "village", name=op.f("pk_coverage")),
    )
    op.create_table(
        "rendition",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("broadcast_status", sa.String(length=16), nullable=False),
        sa.Column("upload_path", sa.String(length=400), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("engine", sa.String(length=40), nullable=True),
        sa.Column("voice", sa.String(length=80), nullable=True),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune", "bulletin"],
            ["bulletin.commune", "bulletin.id"],
            name=op.f("fk_rendition_commune_bulletin"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune", "bulletin", "language", name=op.f("pk_rendition")),
    )
    op.create_index("ix_rendition_status", "rendition", ["commune", "status"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("bulletin", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("class", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("press", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["commune", "bulletin"], ["bulletin.commune", "bulletin.id"], name=op.f("fk_schedule_commune_bulletin")
        ),
        sa.PrimaryKeyConstraint("commune", "id", name=op.f("pk_schedule")),
    )
    op.create_index("ix_schedule_press", "schedule", ["commune", "press"], unique=True)
    op.create_table(
        "target",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("broadcast", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("programme_version", sa.Integer(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("played_ms", sa.Integer(), nullable=True),
        sa.Column("of_ms", sa.Integer(), nullable=True),
        sa.Column("error_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commune", "broadcast"],
            ["broadcast.commune", "broadcast.id"],
            name=op.f("fk_target_commune_broadcast"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune", "broadcast", "unit", name=op.f("pk_target")),
    )


def downgrade() -> None:
    op.drop_table("target")
    op.drop_index("ix_schedule_press", table_name="schedule")
    op.drop_table("schedule")
    op.drop_index("ix_rendition_status", table_name="rendition")
    op.drop_table("rendition")
    op.drop_table("coverage")
    op.drop_index("ix_broadcast_start", table_name="broadcast")
    op.drop_index("ix_broadcast_press", table_name="broadcast")
    op.drop_index("ix_broadcast_occurrence", table_name="broadcast")
    op.drop_table("broadcast")
    op.drop_table("village")
    op.drop_index("ix_user_account_name", table_name="user_account")
    op.drop_table("user_account")
    op.drop_table("unit_state")
    op.drop_index("ix_unit_public_key", table_name="unit")
    op.drop_table("unit")
    op.drop_table("sign_in_failure")
    op.drop_index("ix_receipt_broadcast", table_name="receipt")
    op.drop_table("receipt")
    op.drop_table("programme")
    op.drop_index("ix_order_sent_not_after", table_name="order_sent")
    op.drop_table("order_sent")
    op.drop_table("journal")
    op.drop_table("draft")
    op.drop_table("commune")
    op.drop_table("clip")
    op.drop_index("ix_bulletin_press", table_name="bulletin")
    op.drop_table("bulletin")
    op.drop_index("ix_alarm_open", table_name="alarm")
    op.drop_table("alarm")
