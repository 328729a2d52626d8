"""A ticket keeps the day that was told of it. And what those hold who work here no more is nobody's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True))
    # From now on whoever leaves gives back what they have.
    op.execute(
        "UPDATE tickets SET assignee = NULL WHERE closed_at IS NULL AND assignee IS NOT NULL"
        " AND assignee NOT IN (SELECT email FROM operators WHERE active)"
    )


def downgrade() -> None:
    op.drop_column("tickets", "expected_at")
