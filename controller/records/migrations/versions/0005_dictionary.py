"""The commune's reading dictionary, and what was decided about the reading of one bulletin."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictionary",
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.Column("written", sa.String(length=60), nullable=False),
        sa.Column("spoken", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune", "written", name=op.f("pk_dictionary")),
    )
    op.add_column("rendition", sa.Column("corrections", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("rendition", "corrections")
    op.drop_table("dictionary")
