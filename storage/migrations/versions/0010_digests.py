"""Digests that still hold words, for retention to find among all that was ever sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONLY = "template = 'department.digest' AND body <> ''"


def upgrade() -> None:
    only = sa.text(ONLY)
    op.create_index(
        "ix_notifications_digests", "notifications", ["city", "created_at"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_digests", "notifications")
