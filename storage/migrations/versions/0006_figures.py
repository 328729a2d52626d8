"""What the reports and the emergencies log are read from: which questions failed, and indexes for both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHAT = ["service", "department", "area", "channel"]
FIGURES = ["city", "created_at", *WHAT, "status", "closed_at", "due_at", "paused_at"]
CLOSED = ["city", "closed_at", "created_at", "service", "department", "status"]


def upgrade() -> None:
    op.add_column("turns", sa.Column("missed", sa.String(), nullable=True))
    only = sa.text("alarm IS NOT NULL")
    op.create_index("ix_turns_alarmed", "turns", ["at"], sqlite_where=only, postgresql_where=only)
    op.create_index("ix_tickets_figures", "tickets", FIGURES)
    ended = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_tickets_closed_figures", "tickets", CLOSED, sqlite_where=ended, postgresql_where=ended)


def downgrade() -> None:
    op.drop_index("ix_tickets_closed_figures", "tickets")
    op.drop_index("ix_tickets_figures", "tickets")
    op.drop_index("ix_turns_alarmed", "turns")
    op.drop_column("turns", "missed")
