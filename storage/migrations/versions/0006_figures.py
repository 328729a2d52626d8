"""What the reports and the emergencies log are read from: which questions failed, and indexes for both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("missed", sa.String(), nullable=True))
    only = sa.text("alarm IS NOT NULL")
    op.create_index("ix_turns_alarmed", "turns", ["at"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_turns_alarmed", "turns")
    op.drop_column("turns", "missed")
