"""Several renditions of a bulletin, phrases in every language, and what each unit played.

What is there already keeps its meaning: a bulletin has the one rendition that it had, and a village whose languages
nobody wrote down understands Vietnamese.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SHORT, _LONG = sa.String(length=64), sa.String(length=80)


def upgrade() -> None:
    op.add_column("rendition", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("rendition", sa.Column("left_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("target", sa.Column("items", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("carried", sa.Column("others", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("phrase") as phrase:
        phrase.alter_column("id", existing_type=_SHORT, type_=_LONG, existing_nullable=False)
        phrase.add_column(sa.Column("upload_path", sa.String(length=400), nullable=True))
        phrase.add_column(sa.Column("recorded_by", sa.String(length=64), nullable=True))
    op.execute("""update village set languages = '["vi"]' where cast(languages as varchar) = '[]'""")


def downgrade() -> None:
    with op.batch_alter_table("phrase") as phrase:
        phrase.drop_column("recorded_by")
        phrase.drop_column("upload_path")
        phrase.alter_column("id", existing_type=_LONG, type_=_SHORT, existing_nullable=False)
    op.drop_column("carried", "others")
    op.drop_column("target", "items")
    op.drop_column("rendition", "left_out")
    op.drop_column("rendition", "parts")
