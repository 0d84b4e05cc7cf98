"""What was found in the sound of a clip: its outline, what is wrong with it, and the silence that was cut off."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("peaks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("clip", sa.Column("problems", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("clip", sa.Column("cut_lead_ms", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("clip", sa.Column("cut_tail_ms", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("cut_tail_ms", "cut_lead_ms", "problems", "peaks"):
        op.drop_column("clip", name)
