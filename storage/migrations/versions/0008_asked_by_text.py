"""A text message that reports half of something is asked for the rest, and the next one completes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incoming_texts", sa.Column("asked", sa.String(), nullable=False, server_default=""))
    only = sa.text("asked <> ''")
    op.create_index(
        "ix_incoming_texts_asked", "incoming_texts", ["city", "phone", "at"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    op.drop_index("ix_incoming_texts_asked", "incoming_texts")
    op.drop_column("incoming_texts", "asked")
